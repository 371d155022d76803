use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::algorithm::{Algorithm, Public, Secret};
use super::{KeyError, NoteError};

/// The name of a key: mostly an address without a scheme, such as `funds.example/320100`. Never empty, and
/// without spaces, `+` and control characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyName(String);

impl KeyName {
    /// The longest name, in bytes. The specification sets no limit; a parser of outside bytes must.
    pub const MAX_BYTES: usize = 255;

    /// Checks a name.
    ///
    /// # Errors
    /// [`KeyError::Name`].
    pub fn new(name: impl Into<String>) -> Result<Self, KeyError> {
        let name = name.into();
        let fits = (1..=Self::MAX_BYTES).contains(&name.len())
            && !name.chars().any(|it| it.is_whitespace() || it.is_control() || it == '+');
        if fits { Ok(Self(name)) } else { Err(KeyError::Name { found: name }) }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Four bytes that name a key beside its [`KeyName`]. They follow from name, algorithm and public key; they
/// are a name and no proof.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub [u8; 4]);

impl KeyId {
    /// SHA-256 of name, newline, algorithm and public key, cut to four bytes.
    fn of(name: &KeyName, algorithm: Algorithm, public: &[u8]) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(name.as_str());
        hasher.update(b"\n");
        hasher.update(algorithm.mark());
        hasher.update(public);
        let hash: [u8; 32] = hasher.finalize().into();
        let [a, b, c, d, ..] = hash;
        Self([a, b, c, d])
    }
}

/// Eight hexadecimal digits in lower case.
impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

/// A public key with its name: what a verifier is configured with.
///
/// Its text form is the `vkey` of the note format:
///
/// ```
/// use earmark_tlog::note::VerifierKey;
///
/// let key: VerifierKey =
///     "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k".parse()?;
/// assert_eq!(key.name().as_str(), "example.com/foo");
/// assert!("example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
///     .parse::<VerifierKey>()
///     .is_err());
/// # Ok::<(), earmark_tlog::note::KeyError>(())
/// ```
#[derive(Clone)]
pub struct VerifierKey {
    name: KeyName,
    id: KeyId,
    algorithm: Algorithm,
    bytes: Vec<u8>,
    public: Public,
}

impl VerifierKey {
    /// The key of a name, an algorithm and the bytes of a public key, as many as the algorithm has.
    ///
    /// # Errors
    /// [`KeyError::Length`]; [`KeyError::Public`] where the bytes are no public key, or one of those that
    /// let a signature fit several messages.
    pub fn new(
        name: KeyName,
        algorithm: Algorithm,
        public: impl AsRef<[u8]>,
    ) -> Result<Self, KeyError> {
        let bytes = public.as_ref().to_vec();
        let public = Public::read(algorithm, &bytes)?;
        Ok(Self { id: KeyId::of(&name, algorithm, &bytes), name, algorithm, bytes, public })
    }

    /// The name.
    #[must_use]
    pub const fn name(&self) -> &KeyName {
        &self.name
    }

    /// The four bytes that follow from name, algorithm and public key.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// What it signs, and how.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The bytes of the public key.
    #[must_use]
    pub fn public(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether the bytes are this key's signature of the message. A signature has one form alone (strict
    /// verification).
    pub(crate) fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        self.public.signed(message, signature)
    }
}

/// Keys are the same where their texts are.
impl PartialEq for VerifierKey {
    fn eq(&self, other: &Self) -> bool {
        (&self.name, self.algorithm, &self.bytes) == (&other.name, other.algorithm, &other.bytes)
    }
}

impl Eq for VerifierKey {}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifierKey({self})")
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [self.algorithm.mark(), &self.bytes].concat();
        write!(f, "{}+{}+{}", self.name, self.id, STANDARD.encode(bytes))
    }
}

impl FromStr for VerifierKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        // The base64 of a key may hold a `+` itself.
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(KeyError::Form);
        };
        let name = KeyName::new(name)?;
        let bytes = STANDARD.decode(key).map_err(|_| KeyError::Form)?;
        let code = *bytes.first().ok_or(KeyError::Form)?;
        let (algorithm, public) = Algorithm::split(&bytes).ok_or(KeyError::Algorithm { code })?;
        let key = Self::new(name, algorithm, public)?;
        if key.id.to_string() == id {
            Ok(key)
        } else {
            Err(KeyError::Id { found: id.to_owned(), expected: key.id })
        }
    }
}

/// A private key with its name.
pub struct Signer {
    verifier: VerifierKey,
    secret: Secret,
}

impl Signer {
    /// The key of a name, an algorithm and 32 secret bytes, best such as a source of randomness for keys
    /// gives. Whoever calls this keeps the secret safe; it is never shown again.
    ///
    /// # Errors
    /// [`KeyError::Secret`] where the algorithm has no key of these bytes (SM2: zero, or beyond the order of
    /// its curve); [`KeyError::Public`] where the public key that follows is weak.
    pub fn new(name: KeyName, algorithm: Algorithm, secret: [u8; 32]) -> Result<Self, KeyError> {
        let secret = Secret::read(algorithm, &secret)?;
        Ok(Self { verifier: VerifierKey::new(name, algorithm, secret.public())?, secret })
    }

    /// The public key to hand to verifiers.
    #[must_use]
    pub const fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, NoteError> {
        let unsigned = || NoteError::Unsignable { name: self.verifier.name.clone() };
        self.secret.sign(message).ok_or_else(unsigned)
    }
}

/// Without the secret.
impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.verifier)
    }
}
