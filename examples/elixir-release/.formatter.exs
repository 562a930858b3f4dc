[inputs: ["*.exs", "{config,lib}/**/*.{ex,exs}"]]
