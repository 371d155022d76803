//! Only a book's records give what is attested of its roll.
use earmark::roll::AttestedRoll;

fn forge(real: AttestedRoll) -> AttestedRoll {
    AttestedRoll { root: real.root(), parties: real.parties() - 1, ..real }
}

fn main() {
    let _ = forge;
}
