// The storage seam: what survives a restart.
#pragma once

#include <weft/authored_runs.hpp>
#include <weft/buffer.hpp>
#include <weft/function.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace weft {

/// How much must have happened before an append counts as done.
enum class Durability : std::uint32_t {
    memory = 0,       // in this process
    handed_over = 1,  // with the operating system: survives a crash of the process
    stable = 2,       // on stable storage: survives a power cut
    replicated = 3,   // on stable storage of more than one machine
};

/// `first` to `last`, both included. The seqs of a document are dense, from 1.
struct SeqRange {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::uint64_t count() const { return last - first + 1; }
};

// ---- appends ----

/// One update as it is appended. `mark` is a random number that stays with the row: two stores that
/// differ at a seq have different marks there.
struct Row {
    std::uint64_t mark = 0;
    Buffer update;
};

/// Why there is a version: somebody named it, a rule made it, or a restore kept what it was about to change.
enum class VersionKind : std::uint32_t { named = 0, automatic = 1, restore = 2 };

/// A version that is made with an append, in the same transaction. It stands at the head: as it is before the rows
/// of the append (what a restore keeps first), or after them.
struct NewVersion {
    enum class At : std::uint32_t { before_the_rows = 0, after_the_rows = 1 };
    At at = At::after_the_rows;
    VersionKind kind = VersionKind::named;
    std::uint64_t mark =
        0;  // random: whoever was not answered finds by it whether this version was made
    std::string label;
    std::string author;
    std::optional<std::string>
        content;  // the readable text, if it is at hand; else `write_content` tells it later
};

/// Rows for one document, versions that are made with them, or both: all of it, in this order, or nothing.
/// `algorithm` is stored with the first row of a document and must match from then on. A document begins in
/// epoch 1 and an append names the epoch that the document is in; 0 stands for 1, so whoever has loaded
/// nothing needs to know nothing.
struct AppendRequest {
    std::string document;
    std::string algorithm;
    std::uint64_t epoch = 0;
    Durability durability = Durability::stable;
    std::optional<std::uint64_t> expect_seq;  // the head must be this (0: the document must be new)
    std::vector<Row> rows;
    std::optional<std::uint64_t> expect_version;  // the newest version number must be this
    std::vector<AuthoredRun>
        authored;  // all rows, in order; none: nobody's, at the store's own time
    std::vector<NewVersion> versions;  // in this order, those before the rows first
};

/// An append without rows answers with a range that is empty behind the head: `last` is the head, `first` one more.
struct Appended {
    SeqRange seqs;
    std::uint64_t version = 0;  // the newest version number
};

struct AppendCall {
    AppendRequest request;
    Completion<Appended> done;
};

// ---- what is stored ----

/// A stored piece of a document's history: a keyframe is the full state at `seqs.last`, a segment the
/// merge of its seqs, a row one update. `mark` is the mark of `seqs.last`.
struct StoredPart {
    enum class Kind : std::uint32_t { keyframe = 0, segment = 1, row = 2 };
    Kind kind = Kind::row;
    SeqRange seqs;
    std::uint64_t mark = 0;
    Buffer bytes;
    std::vector<AuthoredRun> authored{};  // when it was asked for; never of a keyframe
};

/// Where a document stands. A document that was never written has `exists` false, head 0 and epoch 0; one that was
/// deleted has `exists` false, head 0 and the epoch that its next first row begins.
struct Head {
    std::string document;
    bool exists = false;
    std::string algorithm;
    std::uint64_t epoch = 0;
    std::uint64_t seq = 0;          // the newest seq
    std::uint64_t mark = 0;         // the mark at `seq`
    std::uint64_t covered = 0;      // up to here compacted into segments
    std::uint64_t version = 0;      // the newest version number
    std::uint64_t content_seq = 0;  // the seq that the readable `content` shows
};

/// What is left of a deleted document: by the state vector, updates that belong to it are known and refused.
struct Tombstone {
    std::uint64_t epoch = 0;  // the one that ended
    std::int64_t unix_ms = 0;
    std::string algorithm;
    Buffer state_vector;
};

struct LoadRequest {
    std::string document;
    std::optional<std::uint64_t> as_of{};  // a seq; without one the present
    std::uint64_t max_bytes =
        ~std::uint64_t{0};  // of parts; at least one is given even when it is larger
    bool with_authors = false;
};

/// One consistent read: the newest keyframe (if any), the segments and rows after it, without a hole, until the head
/// or the seq that was asked. If that lies inside a segment, the segment comes whole; segments end at every version
/// that is kept, so a version is never shown with what came after it.
/// What `max_bytes` cut off (`complete` is false) is fetched by READ after the last part, under `head.epoch` and
/// until `head.seq` or the seq that was asked: what is compacted in between is another form of the same rows.
struct Loaded {
    Head head;
    std::vector<StoredPart> parts;
    std::vector<Tombstone> tombstones{};  // oldest first
    bool complete = true;
};

/// Parts after a seq. An epoch other than 0 that is no longer the document's is a conflict.
struct ReadRequest {
    std::string document;
    std::uint64_t after_seq = 0;
    std::uint64_t max_bytes = 1u << 20;  // at least one part is given even when it is larger
    std::uint64_t until_seq = ~std::uint64_t{0};  // nothing that begins after it
    std::uint64_t epoch = 0;
    bool with_authors = false;
};

// ---- compaction and history ----

/// The merge of the rows from the end of the one before (at first: from `expect_covered` + 1) to `last_seq`.
struct NewSegment {
    std::uint64_t last_seq = 0;
    Buffer bytes;
};

/// Consumes the rows behind `expect_covered` up to the end of the last segment: they become the segments, with their
/// authors and times and the marks of their last rows. A segment must end at every version in there. `through_mark`
/// is the mark of the last row: rows that a store lost and got anew are not what was merged.
struct CompactRequest {
    std::string document;
    std::uint64_t epoch = 0;
    std::uint64_t expect_covered = 0;
    std::uint64_t through_mark = 0;
    std::vector<NewSegment> segments;
    std::optional<Buffer> keyframe;      // the full state at the end of the last segment
    std::optional<std::string> content;  // the readable text there, as `write_content` takes it
};

/// Neighbouring segments that become one: the first begins at `first_seq`, and they end at `last_seqs`.
struct SegmentMerge {
    std::uint64_t first_seq = 0;
    std::vector<std::uint64_t> last_seqs;
    std::uint64_t mark = 0;  // that of the last one
    Buffer bytes;
};

/// Makes the history coarser: versions and keyframes that go, segments that are merged. No merge may go across a
/// version that is kept.
struct ThinRequest {
    std::string document;
    std::uint64_t epoch = 0;
    std::vector<SegmentMerge> merges;
    std::vector<std::uint64_t> versions_gone;   // numbers
    std::vector<std::uint64_t> keyframes_gone;  // seqs
};

struct Version {
    std::uint64_t number = 0;
    std::uint64_t seq = 0;
    std::uint64_t mark = 0;
    VersionKind kind = VersionKind::named;
    std::string label;
    std::string author;
    std::int64_t unix_ms = 0;
    bool has_content = false;
    std::uint64_t content_bytes = 0;
};

/// Those between two numbers, both excluded.
struct VersionsRequest {
    std::string document;
    std::uint64_t after = 0;
    std::uint64_t before = ~std::uint64_t{0};
    std::uint32_t limit = 100;
    bool newest_first = true;
};

struct VersionRequest {
    std::string document;
    std::uint64_t number = 0;
};

struct VersionContent {
    Version version;
    std::string content;
};

/// The document goes with its parts and versions. `state_vector` stays behind as a tombstone, so it must have all that
/// is stored: that is what `expect_seq` is for.
struct DeleteRequest {
    std::string document;
    std::uint64_t epoch = 0;
    std::optional<std::uint64_t> expect_seq;
    Buffer state_vector;
};

struct Deleted {
    std::uint64_t epoch = 0;  // the one that the next first row begins
};

/// Tombstones of documents that were deleted before `unix_ms`.
struct ForgetRequest {
    std::int64_t unix_ms = 0;
};

struct Forgotten {
    std::uint64_t count = 0;
};

// ---- what people and operators see ----

/// The readable text of a document as of `seq`. A seq older than what is shown, a seq above the head and
/// another epoch change nothing, which is no error; a document that was never written is `not_found`.
/// With a version number it is the text of that version, which is told once and never changes: `seq` must be the
/// version's, anything else and a version that has its text, or is gone, change nothing.
struct ContentRequest {
    std::string document;
    std::uint64_t epoch = 0;
    std::uint64_t seq = 0;
    std::string text;           // UTF-8; U+0000 was replaced by the caller
    std::uint64_t version = 0;  // 0: the document's own
};

struct ListRequest {
    std::string prefix;
    std::string after;  // names greater than this, by bytes; empty: from the beginning
    std::uint32_t limit = 100;
};

/// What is known of a document without loading it.
struct DocumentStat {
    Head head;
    std::uint64_t tail_rows = 0;
    std::uint64_t bytes = 0;           // of keyframes, segments and tail
    std::int64_t updated_unix_ms = 0;  // when the newest row was stored
};

struct StorageStatus {
    bool up = true;
    std::string reason;              // why it is down, for the operator
    std::int64_t since_unix_ms = 0;  // when it went up or down
};

/// Keeps documents: per document the tail of updates, the segments and keyframes that it was compacted
/// into, its versions, and a readable copy of its text.
///
/// Threads   All calls from any thread [any]; they return at once and never block. Completions may be
///           called on any thread, exactly once, never before the call returned.
/// Lifetime  Requests are moved in. Buffers in results are shared and may be kept.
/// Changes   Each is one transaction: all of it or nothing, at every instant and after every crash.
/// Errors    `unavailable`, `again`, `timeout`: try again later with the same request (rows twice are
///           harmless to the document). `corrupt`, `missing`: this document needs an operator.
///           `conflict`: the algorithm, the epoch or what was expected is another, and nothing has changed.
///           `limit`, `denied`, `invalid`: this will never be taken. `unsupported`: the asked durability cannot be
///           given, or the store keeps no history. `not_found`: the document, or the version, does not exist.
///           One document never fails another's operation.
/// Unknown   A conditional change that ended with `timeout` or `unavailable` may have been made. A version is found
///           by its mark (`versions`), rows by theirs (READ after the expected seq; once compacted, by asking the
///           state for the actor that made them), a compaction, a thinning or a delete by asking again: a `conflict`
///           then says that it, or another, was made.
class Storage {
public:
    virtual ~Storage() = default;

    /// The best durability that this store, configured as it is, can promise.
    virtual Durability durability() const = 0;

    /// Whether the store can be written to as far as it knows, from its own attempts. Never blocks.
    virtual StorageStatus status() const = 0;

    /// Appends each call's rows to the tail of its document and completes it when the asked durability
    /// has been reached. Appends to one document complete in call order. Seqs are dense, and visible in
    /// order: who can read seq s can read everything below it. Versions are numbered from 1 without gaps.
    /// `invalid`: neither rows nor versions, authors of another number of rows, a version after the rows that stands
    /// before one before them, or a version before the first row. `not_found`: only versions, of no document.
    virtual void append(std::vector<AppendCall> batch) = 0;

    /// One consistent read. A document that was never written, or was deleted, is no error, but with `as_of` other
    /// than 0 it is `not_found`, like every seq above the head.
    virtual void load(LoadRequest request, Completion<Loaded> done) = 0;

    /// Parts that start after `after_seq`, in order, joined without a hole. If that seq lies inside a
    /// segment, the segment comes whole.
    virtual void read(ReadRequest request, Completion<std::vector<StoredPart>> done) = 0;

    /// The heads of many documents at once, in the order asked; unknown ones have `exists` false.
    virtual void heads(std::vector<std::string> documents, Completion<std::vector<Head>> done) = 0;

    virtual void write_content(ContentRequest request, Completion<void> done) = 0;

    /// Documents by name, in byte order.
    virtual void list(ListRequest request, Completion<std::vector<DocumentStat>> done) = 0;

    /// `not_found` for a document that was never written.
    virtual void stat(std::string document, Completion<DocumentStat> done) = 0;

    /// Compare-and-set on the covered seq. `conflict`: that, the epoch or the mark is another, or a version stands
    /// where no segment ends. `invalid`: no segments, or seqs that do not rise. Rows that arrive meanwhile stay.
    virtual void compact(CompactRequest request, Completion<void> done) = 0;

    /// `conflict`: another epoch, other segments than these, a version or keyframe that is not there, or one that is
    /// kept inside a merge. `invalid`: nothing to do, or merges that are out of order or of fewer than two.
    virtual void thin(ThinRequest request, Completion<void> done) = 0;

    /// By number, as the request says.
    virtual void versions(VersionsRequest request, Completion<std::vector<Version>> done) = 0;

    /// One version with its text.
    virtual void version(VersionRequest request, Completion<VersionContent> done) = 0;

    virtual void delete_document(DeleteRequest request, Completion<Deleted> done) = 0;

    /// The epochs stay, since they never fall.
    virtual void forget_tombstones(ForgetRequest request, Completion<Forgotten> done) = 0;
};

}  // namespace weft
