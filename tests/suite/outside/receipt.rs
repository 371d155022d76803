//! Receipts from outside. The fuzz target `receipt` is made of this file too.

use earmark_audit::receipt::Receipt;
use earmark_testkit::outside::Reading;

/// Both files in one, the record's length in the two bytes with which every record begins.
pub(crate) fn receipt(bytes: &[u8]) -> Reading {
    let Some((length, _)) = bytes.split_first_chunk::<2>() else { return Reading::Refused };
    let length = usize::from(u16::from_le_bytes(*length));
    let Some((record, proof)) = bytes.split_at_checked(length) else { return Reading::Refused };
    let Ok(receipt) = Receipt::parse(record, proof) else { return Reading::Refused };
    assert_eq!(
        (receipt.record(), receipt.proof_file().as_bytes()),
        (record, proof),
        "the one text"
    );
    Reading::Accepted
}
