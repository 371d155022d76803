//! A log as files: tiles of 256 hashes and bundles of 256 entries (C2SP tlog-tiles). Whoever has them can
//! compute every root and every proof.

use std::fmt;
use std::str::FromStr;

use crate::hash::{Hash, leaf_hash, node_hash};
use crate::proof::Subtrees;
use crate::witness::plain;

/// How many hashes a full tile has: a subtree of height 8.
pub const TILE_WIDTH: u64 = 256;

const HEIGHT: u32 = 8;

/// The longest entry of a bundle, in bytes.
pub const MAX_ENTRY_BYTES: usize = u16::MAX as usize;

/// Which tile: its level, its place in the level, and how many hashes it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    level: u32,
    index: u64,
    width: u64,
}

impl Tile {
    /// The tile of a tree of `size` leaves that stands at this place; none where the tree has no hash there.
    #[must_use]
    pub const fn of(size: u64, level: u32, index: u64) -> Option<Self> {
        if level > 7 {
            return None;
        }
        let hashes = size >> (HEIGHT * level);
        let Some(first) = index.checked_mul(TILE_WIDTH) else { return None };
        if first >= hashes {
            return None;
        }
        let left = hashes - first;
        Some(Self { level, index, width: if left < TILE_WIDTH { left } else { TILE_WIDTH } })
    }

    /// The tiles of a tree of `size` leaves that one of `old_size` leaves does not have: all, where that
    /// is 0.
    pub fn added(old_size: u64, size: u64) -> impl Iterator<Item = Self> {
        (0..8).flat_map(move |level| {
            let shift = HEIGHT * level;
            let (old, new) = (old_size >> shift, size >> shift);
            let first = if new > old { old / TILE_WIDTH } else { new.div_ceil(TILE_WIDTH) };
            (first..new.div_ceil(TILE_WIDTH)).filter_map(move |index| Self::of(size, level, index))
        })
    }

    /// The level; 0 is that of the leaves.
    #[must_use]
    pub const fn level(self) -> u32 {
        self.level
    }

    /// The place in its level.
    #[must_use]
    pub const fn index(self) -> u64 {
        self.index
    }

    /// How many hashes it has, 1 to 256.
    #[must_use]
    pub const fn width(self) -> u64 {
        self.width
    }

    /// The tile of leaves whose entries stand at this path: the inverse of
    /// [`entries_path`](Self::entries_path).
    ///
    /// # Errors
    /// [`TileError::Path`].
    pub fn of_entries(path: &str) -> Result<Self, TileError> {
        let not = || TileError::Path { found: cut(path) };
        let place = path.strip_prefix("tile/entries/").ok_or_else(not)?;
        Self::at(0, place).ok_or_else(not)
    }

    /// The tile of a level at a place that has one text alone.
    fn at(level: u32, place: &str) -> Option<Self> {
        let (number, width) = match place.split_once(".p/") {
            Some((number, width)) => (number, plain(width).filter(|it| *it < TILE_WIDTH)?),
            None => (place, TILE_WIDTH),
        };
        let mut index: u64 = 0;
        for part in number.split('/') {
            let digits = part.strip_prefix('x').unwrap_or(part);
            let three = digits.len() == 3 && digits.bytes().all(|byte| byte.is_ascii_digit());
            let part: u64 = digits.parse().ok().filter(|_| three)?;
            index = index.checked_mul(1_000)?.checked_add(part)?;
        }
        let end = index.checked_mul(TILE_WIDTH)?.checked_add(width)?;
        // The smallest tree that has the tile, which has less than 2^64 leaves.
        let size =
            end.checked_shl(HEIGHT * level).filter(|size| size >> (HEIGHT * level) == end)?;
        // Where `x` stands, and no zeros more than needed: as it is written.
        Self::of(size, level, index).filter(|tile| tile.width == width && tile.place() == place)
    }

    /// Where the entries of a tile of leaves stand.
    #[must_use]
    pub fn entries_path(self) -> String {
        format!("tile/entries/{}", self.place())
    }

    fn place(self) -> String {
        let mut rest = self.index;
        let mut place = format!("{:03}", rest % 1_000);
        while rest >= 1_000 {
            rest /= 1_000;
            place = format!("x{:03}/{place}", rest % 1_000);
        }
        if self.width < TILE_WIDTH {
            place = format!("{place}.p/{}", self.width);
        }
        place
    }
}

/// Where the tile stands, below the place of the log.
impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tile/{}/{}", self.level, self.place())
    }
}

/// Reads where a tile stands, strictly: each tile has one path.
///
/// ```
/// use earmark_tlog::tile::Tile;
///
/// let tile: Tile = "tile/0/x001/x234/067.p/8".parse()?;
/// assert_eq!((tile.level(), tile.index(), tile.width()), (0, 1_234_067, 8));
/// assert!("tile/0/x000/067".parse::<Tile>().is_err());
/// # Ok::<(), earmark_tlog::tile::TileError>(())
/// ```
impl FromStr for Tile {
    type Err = TileError;

    fn from_str(path: &str) -> Result<Self, TileError> {
        let not = || TileError::Path { found: cut(path) };
        let rest = path.strip_prefix("tile/").ok_or_else(not)?;
        let (level, place) = rest.split_once('/').ok_or_else(not)?;
        let level = plain(level).filter(|level| *level < 8).ok_or_else(not)?;
        Self::at(u32::try_from(level).map_err(|_| not())?, place).ok_or_else(not)
    }
}

/// As much of a text as a message shows.
fn cut(text: &str) -> String {
    text.chars().take(80).collect()
}

/// The hashes of a tile, from its bytes.
///
/// # Errors
/// [`TileError::Length`] where the bytes are not as many hashes as the tile has.
pub fn hashes(tile: Tile, bytes: &[u8]) -> Result<Vec<Hash>, TileError> {
    let (hashes, rest) = bytes.as_chunks::<32>();
    if !rest.is_empty() || u64::try_from(hashes.len()) != Ok(tile.width) {
        return Err(TileError::Length { tile, found: bytes.len() });
    }
    Ok(hashes.iter().map(|hash| Hash(*hash)).collect())
}

/// The hash above a full tile.
#[must_use]
pub fn top(hashes: &[Hash; 256]) -> Hash {
    let mut level = hashes.to_vec();
    while level.len() > 1 {
        let (pairs, _) = level.as_chunks::<2>();
        level = pairs.iter().map(|[left, right]| node_hash(left, right)).collect();
    }
    level.first().copied().unwrap_or(crate::EMPTY_ROOT)
}

/// The bytes of a bundle of entries: before each its length, two bytes, most significant first.
///
/// # Errors
/// [`TileError::Entry`] where an entry is longer than [`MAX_ENTRY_BYTES`].
pub fn bundle<'e>(entries: impl IntoIterator<Item = &'e [u8]>) -> Result<Vec<u8>, TileError> {
    let mut bytes = Vec::new();
    for entry in entries {
        let length =
            u16::try_from(entry.len()).map_err(|_| TileError::Entry { found: entry.len() })?;
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(entry);
    }
    Ok(bytes)
}

/// The entries of a bundle that belongs to a tile of leaves.
///
/// # Errors
/// [`TileError::Bundle`] where there are not as many as the tile has hashes, or bytes are left over;
/// [`TileError::Leaf`] where an entry is not the one whose hash the tile has.
pub fn unbundle<'b>(
    tile: Tile,
    leaves: &[Hash],
    bundle: &'b [u8],
) -> Result<Vec<&'b [u8]>, TileError> {
    let mut rest = bundle;
    let mut entries = Vec::new();
    while let Some((length, after)) = rest.split_first_chunk::<2>() {
        let length = usize::from(u16::from_be_bytes(*length));
        let (entry, after) = after.split_at_checked(length).ok_or(TileError::Bundle { tile })?;
        entries.push(entry);
        rest = after;
    }
    if !rest.is_empty()
        || u64::try_from(entries.len()) != Ok(tile.width)
        || entries.len() != leaves.len()
    {
        return Err(TileError::Bundle { tile });
    }
    let first = tile.index * TILE_WIDTH;
    for (index, (entry, leaf)) in (first..).zip(entries.iter().zip(leaves)) {
        if leaf_hash(entry) != *leaf {
            return Err(TileError::Leaf { index });
        }
    }
    Ok(entries)
}

/// A tree whose tiles are read from somewhere.
#[derive(Clone, Debug)]
pub struct Tiles<R> {
    size: u64,
    read: R,
}

impl<R> Tiles<R> {
    /// The tree of `size` leaves, whose tiles `read` gives.
    pub const fn new(size: u64, read: R) -> Self {
        Self { size, read }
    }
}

impl<R, E> Subtrees for Tiles<R>
where
    R: Fn(Tile) -> Result<Vec<u8>, E>,
    E: From<TileError>,
{
    type Error = E;

    fn subtree(&self, level: u32, index: u64) -> Result<Hash, E> {
        // The hashes of a tile's level below the subtree, which all stand in one tile.
        let (tile_level, height) = (level / HEIGHT, level % HEIGHT);
        let first = index << height;
        let missing = TileError::Missing { level, index };
        let tile = Tile::of(self.size, tile_level, first / TILE_WIDTH).ok_or(missing.clone())?;
        let hashes = hashes(tile, &(self.read)(tile)?)?;
        let start = usize::try_from(first % TILE_WIDTH).unwrap_or(usize::MAX);
        let mut below = hashes.get(start..start + (1 << height)).ok_or(missing.clone())?.to_vec();
        while below.len() > 1 {
            let (pairs, _) = below.as_chunks::<2>();
            below = pairs.iter().map(|[left, right]| node_hash(left, right)).collect();
        }
        below.first().copied().ok_or_else(|| missing.into())
    }
}

/// What is wrong with a tile or a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TileError {
    /// A tile has another length than it must have.
    Length {
        /// The tile.
        tile: Tile,
        /// Its length, in bytes.
        found: usize,
    },
    /// A text is not the path of a tile.
    Path {
        /// The text, at most its first 80 characters.
        found: String,
    },
    /// A bundle does not hold as many entries as its tile has hashes.
    Bundle {
        /// The tile.
        tile: Tile,
    },
    /// An entry is not the one of its leaf.
    Leaf {
        /// The leaf, counted from zero.
        index: u64,
    },
    /// An entry is too long for a bundle.
    Entry {
        /// Its length, in bytes.
        found: usize,
    },
    /// The tree has no such subtree.
    Missing {
        /// The level, 0 for the leaves.
        level: u32,
        /// The place in the level.
        index: u64,
    },
}

impl fmt::Display for TileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { tile, found } => {
                write!(f, "`{tile}` has {found} bytes, not {}", tile.width * 32)
            }
            Self::Path { found } => write!(
                f,
                "`{}` is not the path of a tile: expected `tile/<level>/<index>` or \
                 `tile/<level>/<index>.p/<width>` (`entries` in the place of the level for a bundle), \
                 such as `tile/0/x001/234.p/8`",
                found.escape_debug()
            ),
            Self::Bundle { tile } => {
                write!(f, "`{}` is not a bundle of {} entries", tile.entries_path(), tile.width)
            }
            Self::Leaf { index } => {
                write!(f, "entry {index} (counted from zero) is not the one of its leaf")
            }
            Self::Entry { found } => {
                write!(f, "an entry has {found} bytes; at most {MAX_ENTRY_BYTES} fit a bundle")
            }
            Self::Missing { level, index } => {
                write!(f, "the tree has no complete subtree {index} at level {level}")
            }
        }
    }
}

impl std::error::Error for TileError {}
