// Checks the cases that earmark-tlog wrote with the packages of the Go checksum database, and writes cases of
// its own. The form of a case is described in crates/earmark-tlog/examples/vectors/main.rs.
//
//	others OURS THEIRS
package main

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const origin = "funds.example/320100"

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: others OURS THEIRS")
		os.Exit(2)
	}
	check(os.Args[1])
	write(os.Args[2])
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "go:", err)
		os.Exit(1)
	}
}

// stored is a log in memory, as the package numbers its hashes.
type stored []tlog.Hash

func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for place, index := range indexes {
		if index >= int64(len(s)) {
			return nil, errors.New("no such hash")
		}
		out[place] = s[index]
	}
	return out, nil
}

// log makes the log of so many entries: entry n is the decimal number n.
func log(count int64) stored {
	var all stored
	for n := int64(0); n < count; n++ {
		hashes, err := tlog.StoredHashes(n, []byte(strconv.FormatInt(n, 10)), all)
		must(err)
		all = append(all, hashes...)
	}
	return all
}

func check(path string) {
	file, err := os.Open(path)
	must(err)
	defer file.Close()
	all := log(130)
	tiles := map[int64]map[string][]byte{}
	counts := map[string]int{}
	wrong, number := 0, 0
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		number++
		words := strings.Split(lines.Text(), " ")
		expected, holds := true, false
		switch words[0] {
		case "root":
			root, err := tlog.TreeHash(num(words[1]), all)
			must(err)
			holds = root == hash(words[2])
		case "inclusion":
			expected = words[1] == "ok"
			proof := tlog.RecordProof(list(words[6]))
			holds = tlog.CheckRecord(proof, num(words[3]), hash(words[5]), num(words[2]), hash(words[4])) == nil
		case "consistency":
			expected = words[1] == "ok"
			proof := tlog.TreeProof(list(words[6]))
			holds = tlog.CheckTree(proof, num(words[3]), hash(words[5]), num(words[2]), hash(words[4])) == nil
		case "path":
			tile := tlog.Tile{H: 8, L: int(num(words[1])), N: num(words[2]), W: int(num(words[3]))}
			holds = ours(tile.Path()) == words[4]
			parsed, err := tlog.ParseTilePath(theirs(words[4]))
			holds = holds && err == nil && parsed == tile
		case "tile":
			size := num(words[1])
			if tiles[size] == nil {
				tiles[size] = map[string][]byte{}
			}
			tiles[size][words[2]] = data(words[3])
			continue
		case "note", "cosigned":
			verifier, err := verifierOf(words[2])
			if err == errAlgorithm {
				continue
			}
			must(err)
			expected = words[1] == "ok"
			_, err = note.Open(data(words[3]), note.VerifierList(verifier))
			holds = err == nil
		default:
			must(fmt.Errorf("%s, line %d: no case", path, number))
		}
		counts[fmt.Sprintf("%s %s", words[0], map[bool]string{true: "ok", false: "bad"}[expected])]++
		if holds != expected {
			wrong++
			fmt.Printf("%s, line %d: %s is %v, and %v was expected\n", path, number, words[0], holds, expected)
		}
	}
	must(lines.Err())
	for size, files := range tiles {
		counts["tile ok"] += len(files)
		if err := tree(size, files); err != nil {
			wrong++
			fmt.Printf("%s: the tiles of %d leaves: %v\n", path, size, err)
		}
		for place := range files {
			if size > 2000 && !strings.HasSuffix(place, "/000") {
				continue
			}
			changed := map[string][]byte{}
			for other, bytes := range files {
				changed[other] = append([]byte(nil), bytes...)
			}
			changed[place][31] ^= 1
			counts["tile bad"]++
			if tree(size, changed) == nil {
				wrong++
				fmt.Printf("%s: %s of %d leaves may be anything\n", path, place, size)
			}
		}
	}
	total := 0
	for _, count := range counts {
		total += count
	}
	fmt.Printf("%s: %d cases checked by golang.org/x/mod/sumdb, %d wrong: %v\n", path, total, wrong, counts)
	if wrong > 0 || total == 0 {
		os.Exit(1)
	}
}

// ours is the path of a tile as tlog-tiles has it, without the height that the package writes.
func ours(path string) string {
	return strings.Replace(path, "tile/8/", "tile/", 1)
}

func theirs(path string) string {
	return strings.Replace(path, "tile/", "tile/8/", 1)
}

// folder holds tiles of ours.
type folder map[string][]byte

func (folder) Height() int { return 8 }

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, tile := range tiles {
		bytes, found := f[ours(tile.Path())]
		if !found {
			return nil, fmt.Errorf("no tile %s", tile.Path())
		}
		out = append(out, bytes)
	}
	return out, nil
}

func (folder) SaveTiles([]tlog.Tile, [][]byte) {}

// widest lists the tiles of a tree. The package lists partial tiles of every width up to the last one too.
func widest(size int64) []tlog.Tile {
	var tiles []tlog.Tile
	for _, tile := range tlog.NewTiles(8, 0, size) {
		if last := len(tiles) - 1; last >= 0 && tiles[last].L == tile.L && tiles[last].N == tile.N {
			tiles[last] = tile
		} else {
			tiles = append(tiles, tile)
		}
	}
	return tiles
}

// tree reads every hash of a tree from tiles; the package trusts none that does not lead to the root.
func tree(size int64, files folder) error {
	all := log(size)
	root, err := tlog.TreeHash(size, all)
	must(err)
	reader := tlog.TileHashReader(tlog.Tree{N: size, Hash: root}, files)
	for index := int64(0); index < size; index += 1 + size/50 {
		proof, err := tlog.ProveRecord(size, index, reader)
		if err != nil {
			return err
		}
		record := tlog.RecordHash([]byte(strconv.FormatInt(index, 10)))
		if err := tlog.CheckRecord(proof, size, root, index, record); err != nil {
			return err
		}
	}
	expected := widest(size)
	for _, tile := range expected {
		bytes, err := tlog.ReadTileData(tile, all)
		must(err)
		if !same(files[ours(tile.Path())], bytes) {
			return fmt.Errorf("%s differs", tile.Path())
		}
	}
	if len(expected) != len(files) {
		return fmt.Errorf("%d tiles, not %d", len(files), len(expected))
	}
	return nil
}

func same(one, other []byte) bool { return string(one) == string(other) }

var errAlgorithm = errors.New("an algorithm that this program does not know")

// cosigner verifies the cosignatures of tlog-cosignature by Ed25519, which the package does not know.
type cosigner struct {
	name string
	id   uint32
	key  ed25519.PublicKey
}

func (c cosigner) Name() string    { return c.name }
func (c cosigner) KeyHash() uint32 { return c.id }
func (c cosigner) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	head := fmt.Sprintf("cosignature/v1\ntime %d\n", binary.BigEndian.Uint64(sig))
	return ed25519.Verify(c.key, append([]byte(head), msg...), sig[8:])
}

func verifierOf(vkey string) (note.Verifier, error) {
	parts := strings.SplitN(vkey, "+", 3)
	key, err := base64.StdEncoding.DecodeString(parts[2])
	must(err)
	switch key[0] {
	case 1:
		return note.NewVerifier(vkey)
	case 4:
		sum := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
		if parts[1] != hex.EncodeToString(sum[:4]) || len(key) != 33 {
			return nil, errors.New("the key id does not follow from the key")
		}
		return cosigner{parts[0], binary.BigEndian.Uint32(sum[:4]), ed25519.PublicKey(key[1:])}, nil
	}
	return nil, errAlgorithm
}

// write makes cases with keys and proofs of this program.
func write(path string) {
	file, err := os.Create(path)
	must(err)
	out := bufio.NewWriter(file)
	all := log(1030)
	for size := int64(1); size <= 130; size++ {
		root, err := tlog.TreeHash(size, all)
		must(err)
		fmt.Fprintf(out, "root %d %x\n", size, root[:])
	}
	for _, size := range []int64{1, 2, 3, 6, 8, 11, 64, 65, 100, 130, 1030} {
		root, err := tlog.TreeHash(size, all)
		must(err)
		for index := int64(0); index < size; index += 1 + size/200 {
			proof, err := tlog.ProveRecord(size, index, all)
			must(err)
			record := tlog.RecordHash([]byte(strconv.FormatInt(index, 10)))
			line := func(word string, hashes []tlog.Hash) {
				fmt.Fprintf(out, "inclusion %s %d %d %x %x %s\n", word, index, size, record[:], root[:], joined(hashes))
			}
			line("ok", proof)
			for place := range proof {
				line("bad", changed(proof, place))
			}
		}
		for old := int64(1); old <= size; old += 1 + size/200 {
			before, err := tlog.TreeHash(old, all)
			must(err)
			proof, err := tlog.ProveTree(size, old, all)
			must(err)
			line := func(word string, hashes []tlog.Hash) {
				fmt.Fprintf(out, "consistency %s %d %d %x %x %s\n", word, old, size, before[:], root[:], joined(hashes))
			}
			line("ok", proof)
			for place := range proof {
				line("bad", changed(proof, place))
			}
		}
	}
	for _, size := range []int64{1, 256, 300, 1030} {
		for _, tile := range widest(size) {
			bytes, err := tlog.ReadTileData(tile, all)
			must(err)
			fmt.Fprintf(out, "tile %d %s %x\n", size, ours(tile.Path()), bytes)
		}
	}
	for _, index := range []int64{0, 7, 999, 1000, 54321, 999999, 1000000, 1234567890} {
		tile := tlog.Tile{H: 8, L: 0, N: index, W: int(1 + index%256)}
		fmt.Fprintf(out, "path %d %d %d %s\n", tile.L, tile.N, tile.W, ours(tile.Path()))
	}
	notes(out, all)
	must(out.Flush())
	must(file.Close())
}

func notes(out *bufio.Writer, all stored) {
	_, other, err := note.GenerateKey(rand.Reader, origin)
	must(err)
	for round := int64(1); round <= 20; round++ {
		secret, public, err := note.GenerateKey(rand.Reader, origin)
		must(err)
		signer, err := note.NewSigner(secret)
		must(err)
		root, err := tlog.TreeHash(round, all)
		must(err)
		text := fmt.Sprintf("%s\n%d\n%s\n", origin, round, root)
		signed, err := note.Sign(&note.Note{Text: text}, signer)
		must(err)
		fmt.Fprintf(out, "note ok %s %x\n", public, signed)
		fmt.Fprintf(out, "note bad %s %x\n", other, signed)
		forged := bytes.Replace(signed, []byte(origin), []byte("funds.example/320200"), 1)
		fmt.Fprintf(out, "note bad %s %x\n", public, forged)
		forged = append([]byte(nil), signed...)
		forged[len(forged)-10] ^= 1
		fmt.Fprintf(out, "note bad %s %x\n", public, forged)

		// A witness's cosignature beside it.
		name := "audit.example/go"
		key, private, err := ed25519.GenerateKey(rand.Reader)
		must(err)
		encoded := append([]byte{4}, key...)
		sum := sha256.Sum256(append([]byte(name+"\n"), encoded...))
		vkey := fmt.Sprintf("%s+%x+%s", name, sum[:4], base64.StdEncoding.EncodeToString(encoded))
		message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", 1700000000+round, text)
		sig := append([]byte(nil), sum[:4]...)
		sig = binary.BigEndian.AppendUint64(sig, uint64(1700000000+round))
		sig = append(sig, ed25519.Sign(private, []byte(message))...)
		line := func(sig []byte) string {
			return fmt.Sprintf("\u2014 %s %s\n", name, base64.StdEncoding.EncodeToString(sig))
		}
		fmt.Fprintf(out, "cosigned ok %s %x\n", vkey, string(signed)+line(sig))
		fmt.Fprintf(out, "note ok %s %x\n", public, string(signed)+line(sig))
		for _, place := range []int{4, 11, 12, 44, len(sig) - 1} {
			changed := append([]byte(nil), sig...)
			changed[place] ^= 1
			fmt.Fprintf(out, "cosigned bad %s %x\n", vkey, string(signed)+line(changed))
		}
	}
}

func changed(hashes []tlog.Hash, place int) []tlog.Hash {
	other := append([]tlog.Hash(nil), hashes...)
	other[place][place%32] ^= 4
	return other
}

func joined(hashes []tlog.Hash) string {
	if len(hashes) == 0 {
		return "-"
	}
	var words []string
	for _, hash := range hashes {
		words = append(words, hex.EncodeToString(hash[:]))
	}
	return strings.Join(words, ",")
}

func num(word string) int64 {
	number, err := strconv.ParseInt(word, 10, 64)
	must(err)
	return number
}

func data(word string) []byte {
	if word == "-" {
		return nil
	}
	bytes, err := hex.DecodeString(word)
	must(err)
	return bytes
}

func hash(word string) (out tlog.Hash) {
	copy(out[:], data(word))
	return out
}

func list(word string) (hashes []tlog.Hash) {
	if word == "-" {
		return nil
	}
	for _, each := range strings.Split(word, ",") {
		hashes = append(hashes, hash(each))
	}
	return hashes
}
