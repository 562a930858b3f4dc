//! Keys of gpg and of our own, good and bad.

use std::time::{Duration, SystemTime};

use super::{PublicKey, Signer, SigningError, SigningKey, verify};

const LOCKED: &str = include_str!("../../../tests/samples/keys/locked.asc");
const SUBKEY_ONLY: &str = include_str!("../../../tests/samples/keys/subkey-only.asc");
const PUBLIC: &str = include_str!("../../../tests/samples/keys/public.asc");
const SHA1: &str = include_str!("../../../tests/samples/keys/sha1.asc");
const EXPIRED: &str = include_str!("../../../tests/samples/keys/expired.asc");
const CERTIFY_ONLY: &str = include_str!("../../../tests/samples/keys/certify-only.asc");
const STUB: &str = include_str!("../../../tests/samples/keys/stub.asc");
const RSA: &str = include_str!("../../../tests/samples/keys/rsa.asc");
const SIGNED: &str = include_str!("../../../tests/samples/keys/signed.asc");
const SIGNED_SHA224: &str = include_str!("../../../tests/samples/keys/signed-sha224.asc");
const SIGNED_EXPIRED: &str = include_str!("../../../tests/samples/keys/signed-expired.asc");

const TEXT: &str = "Origin: Orders\n-dash\nblanks  \n\n";

fn key() -> SigningKey {
    SigningKey::generate("Orders <orders@example.com>", None).unwrap()
}

fn read(text: &str, passphrase: Option<&str>) -> Result<Vec<SigningKey>, SigningError> {
    SigningKey::read(text.as_bytes(), passphrase)
}

fn refusal(text: &str, passphrase: Option<&str>) -> String {
    read(text, passphrase).unwrap_err().to_string()
}

#[test]
fn a_new_key_signs_what_its_public_half_verifies() {
    let end = SystemTime::now() + Duration::from_hours(24);
    let key = SigningKey::generate("Orders <orders@example.com>", Some(end)).unwrap();
    let public = PublicKey::read(key.public().armored().as_bytes()).unwrap();
    let same = PublicKey::read(&key.public().binary()).unwrap();
    assert_eq!(public[0].fingerprint(), same[0].fingerprint());
    assert_eq!(public[0].user_id(), "Orders <orders@example.com>");
    let left = public[0]
        .expires()
        .unwrap()
        .duration_since(end - Duration::from_secs(2));
    assert!(left.unwrap() <= Duration::from_secs(2));

    let again = read(&key.armored(), None).unwrap();
    let signed = Signer::Keys(again).clear_sign(TEXT).unwrap();
    let verified = verify(&signed, &public).unwrap();
    assert_eq!(verified.text, "Origin: Orders\n-dash\nblanks\n\n");
    assert_eq!(verified.fingerprints, [key.public().fingerprint()]);
    assert!(signed.starts_with(
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nOrigin: Orders\n- -dash\n"
    ));
}

#[test]
fn each_of_two_keys_is_enough_while_one_replaces_the_other() {
    let (old, new) = (key(), key());
    let both = old.armored() + &new.armored();
    let signed = Signer::Keys(read(&both, None).unwrap())
        .clear_sign(TEXT)
        .unwrap();
    for key in [&old, &new] {
        let verified = verify(&signed, std::slice::from_ref(key.public())).unwrap();
        assert_eq!(verified.fingerprints, [key.public().fingerprint()]);
    }
    let ring = [old.public().clone(), new.public().clone()];
    assert_eq!(
        PublicKey::read(super::armored(&ring).as_bytes())
            .unwrap()
            .len(),
        2
    );
    assert_eq!(PublicKey::read(&super::binary(&ring)).unwrap().len(), 2);
    let other = key();
    assert_eq!(
        verify(&signed, std::slice::from_ref(other.public()))
            .unwrap_err()
            .to_string(),
        format!(
            "it is signed by `{}` and `{}`, expected `{}`",
            old.public().fingerprint(),
            new.public().fingerprint(),
            other.public().fingerprint()
        )
    );
}

#[test]
fn exports_of_gpg_sign_by_their_subkey() {
    let public = PublicKey::read(PUBLIC.as_bytes()).unwrap();
    for export in [LOCKED, SUBKEY_ONLY] {
        let keys = read(export, Some("open sesame")).unwrap();
        let signed = Signer::Keys(keys).clear_sign(TEXT).unwrap();
        let verified = verify(&signed, &public).unwrap();
        assert_eq!(verified.fingerprints, [public[0].fingerprint()]);
    }
    let verified = verify(SIGNED, &public).unwrap();
    assert_eq!(verified.text, "Origin: Orders\n-dash\n");
}

const NO_KEY: &str = "no OpenPGP key in it, expected one as `gpg --export` writes it";

#[test]
fn keys_that_cannot_sign_are_refused_with_the_reason() {
    let locked = PublicKey::read(PUBLIC.as_bytes()).unwrap()[0].fingerprint();
    let print = |text: &str| PublicKey::read(text.as_bytes()).unwrap()[0].fingerprint();
    let cases = [
        (
            LOCKED,
            None,
            format!("key `{locked}` is locked by a passphrase, and none is given"),
        ),
        (
            LOCKED,
            Some("x"),
            format!("key `{locked}` is locked by another passphrase than the one given"),
        ),
        (
            PUBLIC,
            None,
            format!("key `{locked}` has no secret half in it, expected a secret key that signs"),
        ),
        (
            STUB,
            None,
            format!(
                "key `{}` has no secret half in it, expected a secret key that signs",
                print(STUB)
            ),
        ),
        (
            EXPIRED,
            None,
            format!("key `{}` expired on 2020-12-31", print(EXPIRED)),
        ),
        (
            SHA1,
            None,
            format!(
                "key `{}` vouches for itself with SHA1, which apt of Debian 13 refuses",
                print(SHA1)
            ),
        ),
        (
            CERTIFY_ONLY,
            None,
            format!("key `{}` is not for signing data", print(CERTIFY_ONLY)),
        ),
        ("", None, NO_KEY.into()),
        ("ssh-ed25519 AAAA\n", None, NO_KEY.into()),
    ];
    for (text, passphrase, expected) in cases {
        assert_eq!(refusal(text, passphrase), expected);
    }
}

#[test]
fn keys_of_kinds_that_apt_refuses_neither_sign_nor_verify() {
    let refused = [
        (
            include_str!("../../../tests/samples/keys/rsa1024.asc"),
            "RSA of less than 2048 bits",
        ),
        (
            include_str!("../../../tests/samples/keys/dsa2048.asc"),
            "DSA",
        ),
        (
            include_str!("../../../tests/samples/keys/secp256k1.asc"),
            "ECDSA over secp256k1",
        ),
        (
            include_str!("../../../tests/samples/keys/brainpool.asc"),
            "ECDSA over another curve than those of NIST, such as Brainpool",
        ),
    ];
    for (text, kind) in refused {
        let public = &PublicKey::read(text.as_bytes()).unwrap()[0];
        let expected = format!(
            "key `{}` is of a kind that apt refuses: {kind}",
            public.fingerprint()
        );
        assert_eq!(refusal(text, None), expected);
        assert_eq!(public.parts().unwrap_err().to_string(), expected);
    }
    let nist = include_str!("../../../tests/samples/keys/nistp256.asc");
    let keys = read(nist, None).unwrap();
    let public = keys[0].public().clone();
    let signed = Signer::Keys(keys).clear_sign(TEXT).unwrap();
    let verified = verify(&signed, std::slice::from_ref(&public)).unwrap();
    assert_eq!(verified.fingerprints, [public.fingerprint()]);
}

#[test]
fn a_key_that_is_cut_off_cannot_be_read() {
    let cut = &LOCKED[..LOCKED.len() / 2];
    assert_eq!(refusal(cut, None), "its OpenPGP data is damaged or cut off");
}

#[test]
fn a_new_key_has_an_owner_and_an_end_to_come() {
    let made = |user_id: &str, end| SigningKey::generate(user_id, end).unwrap_err().to_string();
    assert_eq!(
        made(" ", None),
        "` ` names no owner of a key, expected `Name <address>`"
    );
    assert_eq!(
        made("a", Some(SystemTime::UNIX_EPOCH + Duration::from_hours(24))),
        "a new key cannot expire on 1970-01-02: expected a day to come before 2106"
    );
    assert_eq!(
        made(
            "a",
            Some(SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 33))
        ),
        "a new key cannot expire on 2242-03-16: expected a day to come before 2106"
    );
}

#[test]
fn changed_and_framed_texts_are_refused() {
    let public = PublicKey::read(PUBLIC.as_bytes()).unwrap();
    let said = |text: &str| verify(text, &public).unwrap_err().to_string();
    let not = |fact: &str| format!("it is not a clear-signed text: {fact}");
    assert_eq!(
        said(&SIGNED.replace("Orders", "Others")),
        format!(
            "its signature by `{}` does not fit: the text was changed after it was signed",
            public[0].fingerprint()
        )
    );
    let weak = PublicKey::read(RSA.as_bytes()).unwrap();
    assert_eq!(
        verify(SIGNED_SHA224, &weak).unwrap_err().to_string(),
        "its signature is over SHA224, expected SHA-256 or better"
    );
    let begin = not("it does not begin with a signed message");
    assert_eq!(said(&format!("Origin: x\n{SIGNED}")), begin);
    assert_eq!(said(""), begin);
    let after = not("something stands after the signature");
    assert_eq!(said(&format!("{SIGNED}Origin: x\n")), after);
    assert_eq!(said(&format!("{SIGNED}{SIGNED}")), after);
    assert_eq!(
        said(&SIGNED.replace("Hash: SHA512", "NotDashEscaped: x")),
        not("only lines `Hash` may stand above the text")
    );
    assert_eq!(
        said(&SIGNED.replace("- -dash", "-dash")),
        not("a line begins with a dash that is not escaped")
    );
    assert_eq!(
        said(&SIGNED.replace("- -dash", "- -da\rsh")),
        not("a line has a carriage return in it")
    );
    let cut = SIGNED.split("-----BEGIN PGP SIGNATURE").next().unwrap();
    assert_eq!(said(cut), not("it has no signature"));
    // Line ends are not signed.
    assert!(verify(&SIGNED.replace('\n', "\r\n"), &public).is_ok());
}

#[test]
fn an_expired_key_verifies_nothing() {
    let public = PublicKey::read(EXPIRED.as_bytes()).unwrap();
    assert_eq!(
        verify(SIGNED_EXPIRED, &public).unwrap_err().to_string(),
        format!("key `{}` expired on 2020-12-31", public[0].fingerprint())
    );
}

#[test]
fn a_secret_key_is_for_its_owner_and_replaces_nothing() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key.asc");
    key().write_new(&path).unwrap();
    let mode = crate::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let error = key().write_new(&path).unwrap_err();
    assert_eq!(error.source.kind(), std::io::ErrorKind::AlreadyExists);
}

/// A command's line that prints a file.
fn by_command(line: &str, key: &SigningKey) -> Result<String, String> {
    let signer = Signer::Command {
        line: line.to_owned(),
        public: vec![key.public().clone()],
    };
    signer.clear_sign(TEXT).map_err(|error| error.to_string())
}

#[test]
fn a_command_signs_and_is_not_trusted() {
    let key = key();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("signed");
    let keys = || read(&key.armored(), None).unwrap();
    let signed = Signer::Keys(keys()).clear_sign(TEXT).unwrap();
    crate::fs::write(&path, &signed).unwrap();
    let line = format!("cat >/dev/null; cat {}", path.display());
    assert_eq!(by_command(&line, &key).unwrap(), signed);

    let other = Signer::Keys(keys()).clear_sign("Origin: x\n").unwrap();
    crate::fs::write(&path, other).unwrap();
    assert_eq!(
        by_command(&line, &key).unwrap_err(),
        format!("command `{line}` signed badly: it holds another text than the one to sign")
    );
    assert_eq!(
        by_command("cat", &key).unwrap_err(),
        "command `cat` signed badly: it is not a clear-signed text: it does not begin with a signed message"
    );
    assert_eq!(
        by_command("echo no card >&2; exit 3", &key).unwrap_err(),
        "command `echo no card >&2; exit 3` did not sign: exit status: 3: no card"
    );
}

#[test]
fn a_command_is_to_sign_now_and_for_ever() {
    let sample = |name: &str| format!("{}/tests/samples/keys/{name}", env!("CARGO_MANIFEST_DIR"));
    let key = crate::fs::read(sample("nistp256.asc").as_ref()).unwrap();
    let key = read(&String::from_utf8(key).unwrap(), None)
        .unwrap()
        .remove(0);
    let print = key.public().fingerprint();
    for (file, words) in [
        (
            "signed-future.asc",
            "was made on 2100-01-01, which is later than the clock of this machine",
        ),
        (
            "signed-ending.asc",
            "ends on 2100-01-01, expected one without an end",
        ),
    ] {
        let line = format!("cat {}", sample(file));
        assert_eq!(
            by_command(&line, &key).unwrap_err(),
            format!("command `{line}` signed badly: its signature by `{print}` {words}")
        );
    }
}

#[test]
fn a_command_that_never_ends_is_ended() {
    for line in ["yes", "yes | cat", "yes >&2; exit 3"] {
        let error = by_command(line, &key()).unwrap_err();
        let words = if line.ends_with('3') {
            "exit status: 3: y"
        } else {
            "it printed more than 1 MiB beside the text"
        };
        assert_eq!(error, format!("command `{line}` did not sign: {words}"));
    }
}

#[test]
fn without_keys_nothing_is_signed() {
    let error = Signer::Keys(Vec::new()).clear_sign(TEXT).unwrap_err();
    assert_eq!(error.to_string(), "no key to sign with");
}
