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

/// Gives a row for each document whose head row it has found: key, taken, and where the document stood: head, epoch, algorithm,
/// and the newest version if it was taken. Not taken: `expect_seq`, the epoch or the algorithm was another.
extern const Statement append_rows;
/// The same for rows that have authors.
extern const Statement append_authored_rows;

/// Gives names ($1, an array) their keys and heads, as far as they have none.
extern const Statement add_names;

/// Parameters of an append: requests one after the other, no two of one document, then `take`.
class AppendParameters {
public:
    explicit AppendParameters(std::uint64_t bytes) { data_.reserve(2 * bytes + 2); }

    void add(const AppendRequest& request, std::int64_t key, std::int64_t bucket);
    std::size_t row_count() const { return row_count_; }
    /// The statement that they are for.
    const Statement& statement() const { return is_authored_ ? append_authored_rows : append_rows; }
    std::vector<std::string> take() &&;

private:
    void add_authors(const AppendRequest& request);
    void add_nobody(std::size_t rows);
    std::size_t place_of(const std::string& author);

    // An element a document.
    ArrayText keys_, buckets_, algorithms_, epochs_, expected_, counts_, before_, sizes_,
        last_marks_;
    // An element a row; `starts_` has one more.
    ArrayText marks_, starts_;
    // An element a row, once one has an author: only then.
    ArrayText author_places_, times_;
    std::vector<std::string> authors_;
    bool is_authored_ = false;
    std::string data_ = "\\x";
    std::size_t row_count_ = 0;
    std::uint64_t size_ = 0;
};

}  // namespace weft::postgres
