//! Bundled libraries bring TLS to a system without OpenSSL.

use crate::example;
use crate::support::eventually;
use crate::system::System;

/// The node makes a key and talks TLS to itself.
const TLS: &str = "
    Key = [{digest, sha256}, {key, {namedCurve, secp256r1}}],
    #{client_config := C, server_config := S} = public_key:pkix_test_data(#{
        server_chain => #{root => Key, intermediates => [], peer => Key},
        client_chain => #{root => Key, intermediates => [], peer => Key}}),
    {ok, L} = ssl:listen(0, [binary, {active, false} | S]),
    {ok, {_, Port}} = ssl:sockname(L),
    spawn(fun() -> {ok, T} = ssl:transport_accept(L), {ok, H} = ssl:handshake(T),
                   ok = ssl:send(H, <<\"over TLS\">>), timer:sleep(10000) end),
    {ok, K} = ssl:connect(\"localhost\", Port,
                          [binary, {active, false}, {verify, verify_none} | C], 10000),
    ssl:recv(K, 8, 10000) =:= {ok, <<\"over TLS\">>}.";

#[test]
fn tls_works_on_a_minimal_system_without_openssl() {
    let Some((_directory, package)) = example::orders_with_tls() else {
        return;
    };
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    let has_openssl = "ls /usr/lib/*/libcrypto.so.3 /usr/lib/*/libssl.so.3";
    assert_eq!(system.shell(has_openssl).stdout, "");
    system.copy(&package, "/root/orders.deb");
    system.run(["dpkg", "-i", "/root/orders.deb"]).success();
    assert!(system.has("/opt/orders/erts-13.1.5/lib/libcrypto.so.3"));
    system.run(["service", "orders", "start"]).success();
    assert!(eventually(|| system.run(["orders", "ping"]).status == 0));
    let said = system.run(["orders", "eval", TLS]).success().stdout;
    assert_eq!(said, "true\n");
}
