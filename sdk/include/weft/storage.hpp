// The storage seam: what survives a restart.
#pragma once

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

/// One update as it is appended. `mark` is a random number that stays with the row: two stores that
/// differ at a seq have different marks there.
struct Row {
    std::uint64_t mark = 0;
    Buffer update;
};

/// Rows for one document: all of them, in this order, or none; at least one.
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
};

struct Appended {
    SeqRange seqs;
};

struct AppendCall {
    AppendRequest request;
    Completion<Appended> done;
};

/// A stored piece of a document's history: a keyframe is the full state at `seqs.last`, a segment the
/// merge of its seqs, a row one update. `mark` is the mark of `seqs.last`.
struct StoredPart {
    enum class Kind : std::uint32_t { keyframe = 0, segment = 1, row = 2 };
    Kind kind = Kind::row;
    SeqRange seqs;
    std::uint64_t mark = 0;
    Buffer bytes;
};

/// Where a document stands. A document that was never written has `exists` false and head 0.
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

/// One consistent read: the newest keyframe (if any), the segments and rows after it, without a hole.
struct Loaded {
    Head head;
    std::vector<StoredPart> parts;
};

struct ReadRequest {
    std::string document;
    std::uint64_t after_seq = 0;
    std::uint64_t max_bytes = 1u << 20;  // at least one part is given even when it is larger
};

/// The readable text of a document as of `seq`. A seq older than what is shown, a seq above the head and
/// another epoch change nothing, which is no error; a document that was never written is `not_found`.
struct ContentRequest {
    std::string document;
    std::uint64_t epoch = 0;
    std::uint64_t seq = 0;
    std::string text;  // UTF-8; U+0000 was replaced by the caller
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
    std::uint64_t bytes = 0;           // of keyframe, segments and tail
    std::int64_t updated_unix_ms = 0;  // when the newest row was stored
};

/// Keeps documents: per document the tail of updates, the segments and keyframes that it was compacted
/// into, and a readable copy of its text.
///
/// Threads   All calls from any thread [any]; they return at once and never block. Completions may be
///           called on any thread, exactly once, never before the call returned.
/// Lifetime  Requests are moved in. Buffers in results are shared and may be kept.
/// Errors    `unavailable`, `again`, `timeout`: try again later with the same request (rows twice are
///           harmless to the document). `corrupt`, `missing`: this document needs an operator.
///           `conflict`: the algorithm, the epoch or `expect_seq` is another. `limit`, `denied`, `invalid`:
///           these rows will never be taken. `unsupported`: the asked durability cannot be given.
///           One document never fails another's operation.
class Storage {
public:
    virtual ~Storage() = default;

    /// The best durability that this store, configured as it is, can promise.
    virtual Durability durability() const = 0;

    /// Appends each call's rows to the tail of its document and completes it when the asked durability
    /// has been reached. Appends to one document complete in call order. Seqs are dense, and visible in
    /// order: who can read seq s can read everything below it.
    virtual void append(std::vector<AppendCall> batch) = 0;

    /// One consistent read of the present. A document that was never written is no error.
    virtual void load(std::string document, Completion<Loaded> done) = 0;

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
};

}  // namespace weft
