// A chunk: the rows of one append, stored together, so that what an append costs does not grow with its updates.
//
//   first_seq, last_seq   the seqs of its rows
//   marks                 a mark a row: u64, little endian
//   sizes                 the sizes of the updates, as people and json_each read them: [5,3,12]
//   data                  the updates, one behind the other
//   authored              who wrote them and when (authored_runs.hpp); NULL: nobody in particular, when it was stored
#pragma once

#include <weft/storage.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft::storage {

/// The columns of a chunk that is being written. Keeps its memory from one append to the next, within a bound.
class PackedRows {
public:
    /// The views below hold until the next call, and as long as `rows`.
    void pack(const std::vector<Row>& rows);
    /// What is left of a chunk whose first rows were compacted.
    void pack(const std::vector<StoredPart>& rows);

    BytesView marks() const { return marks_; }
    std::string_view sizes() const { return sizes_; }
    BytesView data() const { return data_; }

private:
    Bytes marks_;
    void begin();
    void add(std::uint64_t mark, BytesView update);
    void join(BytesView update);

    std::string sizes_;
    Bytes joined_;
    BytesView data_;
};

/// The columns of a chunk that was read, borrowed.
struct StoredChunk {
    SeqRange seqs;
    BytesView marks;
    std::string_view sizes;
    BytesView data;
};

/// The mark of row `index` in the column of marks, which holds it.
std::uint64_t mark_at(BytesView marks, std::size_t index);
std::size_t mark_count(BytesView marks);

/// A part for each row; their bytes share one copy of the data. Nothing if the columns contradict each other.
std::optional<std::vector<StoredPart>> unpack(const StoredChunk& chunk);

}  // namespace weft::storage
