/// The words of a voucher: on which document, on what legal basis, by whom.
///
/// `Book::voucher` registers each text once and gives the [`Voucher`](crate::event::Voucher) that
/// events carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Papers<'a> {
    /// The register in which the document is filed, such as `bank advice 2021`.
    pub register: &'a str,
    /// The document's number in the register.
    pub document: u64,
    /// The legal basis, such as `Social Insurance Law art 35`.
    pub basis: &'a str,
    /// Who records it: an office or post, not a person's name.
    pub actor: &'a str,
}
