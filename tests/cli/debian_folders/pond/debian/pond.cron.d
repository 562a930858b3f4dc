5 4 * * * root true
