use std::fmt;

use ed25519_dalek::Signer as _;

use super::KeyError;

/// What a key signs, and how: the signature types of the note format that are known here.
///
/// Those behind a feature of this crate are unknown without it: their keys are refused, and their signatures
/// are passed over as those of anybody else who is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// Ed25519 over the text of the note (type 0x01).
    Ed25519,
    /// Ed25519 over the text of a checkpoint and the time at which it was seen (tlog-cosignature, type
    /// 0x04).
    Cosignature,
    /// ML-DSA-44 over log, size and root of a checkpoint and the time at which it was seen
    /// (tlog-cosignature, type 0x06). Witnesses use it, and logs may.
    #[cfg(feature = "ml-dsa")]
    MlDsa44,
    /// SM2 with SM3 (GB/T 32918) over the text of the note. The format assigns no type to it; its keys are
    /// of the type that is kept for such algorithms, 0xff and a longer mark. Who signs goes by the identity
    /// `1234567812345678`, which devices take where nothing else was agreed (GM/T 0009).
    #[cfg(feature = "sm2")]
    Sm2,
}

impl Algorithm {
    /// All that are known here.
    pub const ALL: &[Self] = &[
        Self::Ed25519,
        Self::Cosignature,
        #[cfg(feature = "ml-dsa")]
        Self::MlDsa44,
        #[cfg(feature = "sm2")]
        Self::Sm2,
    ];

    /// The bytes before a public key, in its text form and for its id. None begins with another.
    #[must_use]
    pub const fn mark(self) -> &'static [u8] {
        match self {
            Self::Ed25519 => &[0x01],
            Self::Cosignature => &[0x04],
            #[cfg(feature = "ml-dsa")]
            Self::MlDsa44 => &[0x06],
            #[cfg(feature = "sm2")]
            Self::Sm2 => b"\xffearmark/sm2-with-sm3/v1",
        }
    }

    /// How many bytes a public key has.
    #[must_use]
    pub const fn public_bytes(self) -> usize {
        match self {
            Self::Ed25519 | Self::Cosignature => 32,
            #[cfg(feature = "ml-dsa")]
            Self::MlDsa44 => 1312,
            // An uncompressed point: 0x04 and two coordinates.
            #[cfg(feature = "sm2")]
            Self::Sm2 => 65,
        }
    }

    /// How many bytes a signature has, without the time that a cosignature has before it.
    #[must_use]
    pub const fn signature_bytes(self) -> usize {
        match self {
            Self::Ed25519 | Self::Cosignature => 64,
            #[cfg(feature = "ml-dsa")]
            Self::MlDsa44 => 2420,
            #[cfg(feature = "sm2")]
            Self::Sm2 => 64,
        }
    }

    /// Whether it signs the text of a note, whatever that says.
    #[must_use]
    pub const fn signs_texts(self) -> bool {
        match self {
            Self::Ed25519 => true,
            #[cfg(feature = "sm2")]
            Self::Sm2 => true,
            _ => false,
        }
    }

    /// Whether it signs what a witness has seen, with the time.
    #[must_use]
    pub const fn cosigns(self) -> bool {
        !self.signs_texts()
    }

    /// Whether a log may sign its checkpoints with it.
    #[must_use]
    pub const fn signs_checkpoints(self) -> bool {
        !matches!(self, Self::Cosignature)
    }

    /// The algorithm of a key, and its public key, from the bytes of its text form.
    pub(super) fn split(bytes: &[u8]) -> Option<(Self, &[u8])> {
        Self::ALL.iter().find_map(|it| Some((*it, bytes.strip_prefix(it.mark())?)))
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Ed25519 => "Ed25519",
            Self::Cosignature => "Ed25519 cosignature",
            #[cfg(feature = "ml-dsa")]
            Self::MlDsa44 => "ML-DSA-44 cosignature",
            #[cfg(feature = "sm2")]
            Self::Sm2 => "SM2",
        })
    }
}

/// The identity under which SM2 keys sign.
#[cfg(feature = "sm2")]
const SM2_IDENTITY: &str = "1234567812345678";

/// A public key that can verify.
#[derive(Clone, Debug)]
pub(super) enum Public {
    Ed25519(ed25519_dalek::VerifyingKey),
    /// Shared: what verifying needs beside the key is 20 KiB.
    #[cfg(feature = "ml-dsa")]
    MlDsa44(std::sync::Arc<ml_dsa::VerifyingKey<ml_dsa::MlDsa44>>),
    #[cfg(feature = "sm2")]
    Sm2(Box<sm2::dsa::VerifyingKey>),
}

impl Public {
    /// Reads a public key: its one form, and none that lets a signature fit several messages.
    pub(super) fn read(algorithm: Algorithm, bytes: &[u8]) -> Result<Self, KeyError> {
        let length =
            KeyError::Length { algorithm, expected: algorithm.public_bytes(), found: bytes.len() };
        let untrusted = KeyError::Public { algorithm };
        if bytes.len() != algorithm.public_bytes() {
            return Err(length);
        }
        match algorithm {
            Algorithm::Ed25519 | Algorithm::Cosignature => {
                let bytes = bytes.try_into().map_err(|_| length)?;
                let key = ed25519_dalek::VerifyingKey::from_bytes(&bytes);
                key.ok().filter(|key| !key.is_weak()).map(Self::Ed25519).ok_or(untrusted)
            }
            #[cfg(feature = "ml-dsa")]
            Algorithm::MlDsa44 => {
                let bytes = bytes.try_into().map_err(|_| length)?;
                Ok(Self::MlDsa44(std::sync::Arc::new(ml_dsa::VerifyingKey::decode(&bytes))))
            }
            #[cfg(feature = "sm2")]
            Algorithm::Sm2 => sm2::dsa::VerifyingKey::from_sec1_bytes(SM2_IDENTITY, bytes)
                .ok()
                // A point has other forms, of the same length too.
                .filter(|key| *key.to_sec1_bytes() == *bytes)
                .map(|key| Self::Sm2(Box::new(key)))
                .ok_or(untrusted),
        }
    }

    /// Whether the bytes are this key's signature of the message: of each kind, the one form alone.
    pub(super) fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Ed25519(key) => ed25519_dalek::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify_strict(message, &signature).is_ok()),
            #[cfg(feature = "ml-dsa")]
            Self::MlDsa44(key) => ml_dsa::Signature::try_from(signature)
                .is_ok_and(|signature| key.verify_with_context(message, &[], &signature)),
            #[cfg(feature = "sm2")]
            Self::Sm2(key) => sm2::dsa::Signature::from_slice(signature).is_ok_and(|signature| {
                sm2::dsa::signature::Verifier::verify(&**key, message, &signature).is_ok()
            }),
        }
    }
}

/// A private key that can sign. None needs randomness for it: the same key and message make the same
/// signature.
pub(super) enum Secret {
    Ed25519(ed25519_dalek::SigningKey),
    #[cfg(feature = "ml-dsa")]
    MlDsa44(ml_dsa::SigningKey<ml_dsa::MlDsa44>),
    #[cfg(feature = "sm2")]
    Sm2(sm2::dsa::SigningKey),
}

impl Secret {
    /// The private key of 32 secret bytes.
    pub(super) fn read(algorithm: Algorithm, secret: &[u8; 32]) -> Result<Self, KeyError> {
        match algorithm {
            Algorithm::Ed25519 | Algorithm::Cosignature => {
                Ok(Self::Ed25519(ed25519_dalek::SigningKey::from_bytes(secret)))
            }
            #[cfg(feature = "ml-dsa")]
            Algorithm::MlDsa44 => {
                Ok(Self::MlDsa44(ml_dsa::SigningKey::from_seed(&(*secret).into())))
            }
            #[cfg(feature = "sm2")]
            Algorithm::Sm2 => sm2::dsa::SigningKey::from_slice(SM2_IDENTITY, secret)
                .map(Self::Sm2)
                .map_err(|_| KeyError::Secret { algorithm }),
        }
    }

    /// The bytes of the public key.
    pub(super) fn public(&self) -> Vec<u8> {
        match self {
            Self::Ed25519(key) => key.verifying_key().to_bytes().to_vec(),
            #[cfg(feature = "ml-dsa")]
            Self::MlDsa44(key) => ml_dsa::Keypair::verifying_key(key).encode().to_vec(),
            #[cfg(feature = "sm2")]
            Self::Sm2(key) => key.verifying_key().to_sec1_bytes().to_vec(),
        }
    }

    /// None where the key cannot sign this message, which one of more than 2^200 messages would meet.
    pub(super) fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Ed25519(key) => Some(key.sign(message).to_bytes().to_vec()),
            #[cfg(feature = "ml-dsa")]
            Self::MlDsa44(key) => {
                let signature = key.expanded_key().sign_deterministic(message, &[]).ok()?;
                Some(signature.encode().to_vec())
            }
            #[cfg(feature = "sm2")]
            Self::Sm2(key) => {
                let signature = sm2::dsa::signature::Signer::try_sign(key, message).ok()?;
                Some(signature.to_bytes().to_vec())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        let digits: String = text.split_whitespace().collect();
        (0..digits.len() / 2)
            .map(|at| u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).unwrap())
            .collect()
    }

    #[test]
    fn no_mark_begins_with_another() {
        for one in Algorithm::ALL {
            let others = Algorithm::ALL.iter().filter(|it| *it != one);
            assert!(others.clone().all(|other| !one.mark().starts_with(other.mark())), "{one}");
            assert_eq!(Algorithm::split(one.mark()), Some((*one, &[][..])));
        }
    }

    #[test]
    fn every_algorithm_signs_and_keeps_to_its_lengths() {
        for algorithm in Algorithm::ALL.iter().copied() {
            let secret = Secret::read(algorithm, &[7; 32]).unwrap();
            let bytes = secret.public();
            assert_eq!(bytes.len(), algorithm.public_bytes());
            let public = Public::read(algorithm, &bytes).unwrap();
            let signature = secret.sign(b"message").unwrap();
            assert_eq!(signature.len(), algorithm.signature_bytes());
            assert_eq!(secret.sign(b"message"), Some(signature.clone()), "nothing is random");
            assert!(public.signed(b"message", &signature));
            assert!(!public.signed(b"massage", &signature));
            for length in [0, 1, signature.len() - 1] {
                assert!(!public.signed(b"message", &signature[..length]));
            }
            assert!(!public.signed(b"message", &[&signature[..], &[0]].concat()));
            for length in [0, 31, bytes.len() - 1] {
                assert!(matches!(
                    Public::read(algorithm, &bytes[..length]),
                    Err(KeyError::Length { found, .. }) if found == length
                ));
            }
        }
    }

    /// RFC 8032, section 7.1, test 2.
    #[test]
    fn the_vector_of_ed25519() {
        let secret = hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
        let secret = Secret::read(Algorithm::Ed25519, &secret.try_into().unwrap()).unwrap();
        let public = hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
        assert_eq!(secret.public(), public);
        let signature = hex("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da
             085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
        assert_eq!(secret.sign(&[0x72]), Some(signature));
    }

    /// GB/T 32918.5-2017, annex A.2: key and signature on the recommended curve, for the message `message
    /// digest` and the identity that is ours too.
    #[cfg(feature = "sm2")]
    #[test]
    fn the_vector_of_sm2() {
        let secret = hex("3945208F 7B2144B1 3F36E38A C6D39F95 88939369 2860B51A 42FB81EF 4DF7C5B8");
        let secret = Secret::read(Algorithm::Sm2, &secret.try_into().unwrap()).unwrap();
        let public = hex("04
             09F9DF31 1E5421A1 50DD7D16 1E4BC5C6 72179FAD 1833FC07 6BB08FF3 56F35020
             CCEA490C E26775A5 2DC6EA71 8CC1AA60 0AED05FB F35E084A 6632F607 2DA9AD13");
        assert_eq!(secret.public(), public);
        let mut signature =
            hex("F5A03B06 48D2C463 0EEAC513 E1BB81A1 5944DA38 27D5B741 43AC7EAC EEE720B3
             B1B6AA29 DF212FD8 763182BC 0D421CA1 BB9038FD 1F7F42D4 840B69C4 85BBC1AA");
        let public = Public::read(Algorithm::Sm2, &public).unwrap();
        assert!(public.signed(b"message digest", &signature));
        assert!(!public.signed(b"message digest.", &signature));
        signature[63] ^= 1;
        assert!(!public.signed(b"message digest", &signature));
    }

    /// The key is that of case 1 of the ACVP vectors of NIST for key generation (FIPS 204), by its hash; the
    /// signature, by its hash too, is what dilithium-py 1.5.1 makes without randomness.
    #[cfg(feature = "ml-dsa")]
    #[test]
    fn the_vector_of_ml_dsa() {
        use sha2::{Digest, Sha256};
        let secret = hex("d71361c000f9a7bc99dfb425bcb6bb27c32c36ab444ff3708b2d93b4e66d5b5b");
        let secret = Secret::read(Algorithm::MlDsa44, &secret.try_into().unwrap()).unwrap();
        let of = |bytes: &[u8]| Sha256::digest(bytes).to_vec();
        let public = hex("451a808c522218fadbdab146fc12004b0741c7d069f238f43ad77216159f6a34");
        assert_eq!(of(&secret.public()), public);
        let signature = hex("10cf9fda0510209f4269b25c0659a3619aa22ed52613eca84449ceebd917014f");
        assert_eq!(of(&secret.sign(b"message").unwrap()), signature);
    }

    #[cfg(feature = "sm2")]
    #[test]
    fn a_point_has_one_form() {
        let bytes = Secret::read(Algorithm::Sm2, &[7; 32]).unwrap().public();
        let refused = Err(KeyError::Public { algorithm: Algorithm::Sm2 });
        let read = |bytes: &[u8]| Public::read(Algorithm::Sm2, bytes).map(|_| ());
        // Hybrid form, another first byte, off the curve, and the point at infinity.
        for first in [0, 2, 3, 5, 6, 7] {
            assert_eq!(read(&[&[first], &bytes[1..]].concat()), refused, "{first}");
        }
        let mut off = bytes.clone();
        off[64] ^= 1;
        assert_eq!(read(&off), refused);
        assert_eq!(read(&[0; 65]), refused);
        // Neither zero nor the order of the curve is a private key.
        for secret in [[0; 32], [0xff; 32]] {
            assert!(matches!(
                Secret::read(Algorithm::Sm2, &secret),
                Err(KeyError::Secret { algorithm: Algorithm::Sm2 })
            ));
        }
    }
}
