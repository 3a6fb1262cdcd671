// The statement that appends: rows of many documents at once, each document's all or none.
#pragma once

#include "array_text.hpp"
#include "connection.hpp"

#include <weft/storage.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace weft::postgres {

inline constexpr std::uint64_t first_epoch = 1;

/// 0 stands for the first.
inline std::uint64_t epoch_of(std::uint64_t asked) {
    return asked == 0 ? first_epoch : asked;
}

/// Gives a row for each document whose head row it has found: key, taken, and where the document stood: head, epoch, algorithm.
/// Not taken: `expect_seq`, the epoch or the algorithm was another.
extern const Statement append_rows;

/// Its parameters: requests one after the other, no two of one document, then `take`.
class AppendParameters {
public:
    explicit AppendParameters(std::uint64_t bytes) { data_.reserve(2 * bytes + 2); }

    void add(const AppendRequest& request, std::int64_t key, std::int64_t bucket);
    std::size_t row_count() const { return row_count_; }
    std::vector<std::string> take() &&;

private:
    // An element a document.
    ArrayText keys_, buckets_, algorithms_, epochs_, expected_, counts_, before_, sizes_,
        last_marks_;
    // An element a row; `starts_` has one more.
    ArrayText marks_, starts_;
    std::string data_ = "\\x";
    std::size_t row_count_ = 0;
    std::uint64_t size_ = 0;
};

}  // namespace weft::postgres
