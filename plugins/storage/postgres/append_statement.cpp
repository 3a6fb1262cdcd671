#include "append_statement.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace weft::postgres {
namespace {

/// -1: any.
std::int64_t expected(const AppendRequest& request) {
    constexpr std::uint64_t seq_max = std::numeric_limits<std::int64_t>::max();
    return request.expect_seq ? static_cast<std::int64_t>(std::min(*request.expect_seq, seq_max))
                              : -1;
}

}  // namespace

// The whole of a group commit. `locked` takes the head rows in the order of keys, so that writers never wait for each other in a
// circle, and sees them as they are once it has them; `judged` decides from those; the rest happens to what was taken.
// Row n of an append has its mark at $10[before + n] and its bytes in $12 from $11[before + n] on.
#define WEFT_APPEND_ROWS(columns, values)                                                         \
    "WITH asked AS ("                                                                             \
    " SELECT * FROM unnest($1::bigint[], $2::smallint[], $3::text[], $4::bigint[], $5::bigint[]," \
    "                      $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[])"               \
    " AS a (key, bucket, algorithm, epoch, expected, rows, before, bytes, last_mark)),"           \
    "locked AS MATERIALIZED ("                                                                    \
    " SELECT key, head, epoch, algorithm FROM weft_heads WHERE key = ANY ($1::bigint[])"          \
    " ORDER BY key FOR UPDATE),"                                                                  \
    "judged AS MATERIALIZED ("                                                                    \
    " SELECT a.*, l.head, l.epoch AS epoch_now, l.algorithm AS stored_as,"                        \
    "  (a.expected < 0 OR a.expected = l.head) AND a.epoch = l.epoch"                             \
    "  AND (l.head = 0 OR l.algorithm = a.algorithm) AS taken"                                    \
    " FROM asked a JOIN locked l USING (key)),"                                                   \
    "moved AS ("                                                                                  \
    " UPDATE weft_heads h SET head = j.head + j.rows, head_mark = j.last_mark,"                   \
    "  algorithm = j.algorithm, bytes = h.bytes + j.bytes, updated_at = now()"                    \
    " FROM judged j WHERE h.key = j.key AND j.taken"                                              \
    " RETURNING h.key, h.version),"                                                               \
    "stored AS ("                                                                                 \
    " INSERT INTO weft_updates (bucket, doc_key, seq, mark, data, created_at" columns ")"         \
    " SELECT j.bucket, j.key, j.head + n, ($10::bigint[])[j.before + n],"                         \
    "  substring($12::bytea FROM ($11::integer[])[j.before + n] + 1"                              \
    "   FOR ($11::integer[])[j.before + n + 1] - ($11::integer[])[j.before + n]), " values        \
    " FROM judged j, generate_series(1, j.rows) AS n WHERE j.taken)"                              \
    "SELECT key, taken, head, epoch_now, stored_as, version FROM judged LEFT JOIN moved USING "   \
    "(key)"

const Statement append_rows{"append_rows", WEFT_APPEND_ROWS("", "now()")};

// The author of row n is at $15[$13[before + n]], where place 0 is nobody's; its time, unless 0, at $14[before + n].
const Statement append_authored_rows{
    "append_authored_rows",
    WEFT_APPEND_ROWS(
        ", author",
        "coalesce(to_timestamp(nullif(($14::bigint[])[j.before + n], 0) / 1000.0), now()),"
        " ($15::text[])[($13::integer[])[j.before + n]]")};

#undef WEFT_APPEND_ROWS

// In the order of names, so that two nodes that do this never wait for each other.
const Statement add_names{
    "add_names", "WITH added AS ("
                 " INSERT INTO weft_documents (bucket, name)"
                 " SELECT ((get_byte(digest, 0) << 2) | (get_byte(digest, 1) >> 6))::smallint, name"
                 " FROM (SELECT name, sha256(convert_to(name, 'UTF8')) AS digest"
                 "       FROM unnest($1::text[]) AS name) AS named"
                 " ON CONFLICT (name) DO NOTHING RETURNING key)"
                 "INSERT INTO weft_heads (key) SELECT key FROM added"};

void AppendParameters::add(const AppendRequest& request, std::int64_t key, std::int64_t bucket) {
    keys_.add(key);
    buckets_.add(bucket);
    algorithms_.add(request.algorithm);
    epochs_.add(epoch_of(request.epoch));
    expected_.add(expected(request));
    counts_.add(request.rows.size());
    before_.add(row_count_);
    const std::uint64_t begin = size_;
    for (const Row& row : request.rows) {
        marks_.add(static_cast<std::int64_t>(row.mark));
        starts_.add(size_);
        size_ += row.update.size();
        append_hex(data_, row.update.view());
    }
    add_authors(request);
    row_count_ += request.rows.size();
    sizes_.add(size_ - begin);
    last_marks_.add(static_cast<std::int64_t>(request.rows.back().mark));
}

/// A run's last row has the time when it ended, all others that when it began.
void AppendParameters::add_authors(const AppendRequest& request) {
    if (request.authored.empty() && !is_authored_) {
        return;
    }
    if (!std::exchange(is_authored_, true)) {
        add_nobody(row_count_);
    }
    if (request.authored.empty()) {
        add_nobody(request.rows.size());
    }
    for (const AuthoredRun& run : request.authored) {
        const std::size_t place = place_of(run.author);
        for (std::uint64_t row = 1; row <= run.rows; ++row) {
            author_places_.add(place);
            times_.add(row == run.rows ? run.last_unix_ms : run.first_unix_ms);
        }
    }
}

void AppendParameters::add_nobody(std::size_t rows) {
    for (std::size_t row = 0; row < rows; ++row) {
        author_places_.add(0);
        times_.add(0);
    }
}

std::size_t AppendParameters::place_of(const std::string& author) {
    if (author.empty()) {
        return 0;
    }
    const auto known = std::find(authors_.begin(), authors_.end(), author);
    const auto place = static_cast<std::size_t>(known - authors_.begin()) + 1;
    if (known == authors_.end()) {
        authors_.push_back(author);
    }
    return place;
}

std::vector<std::string> AppendParameters::take() && {
    starts_.add(size_);
    std::vector<std::string> parameters;
    for (ArrayText* array : {&keys_, &buckets_, &algorithms_, &epochs_, &expected_, &counts_,
                             &before_, &sizes_, &last_marks_, &marks_, &starts_}) {
        parameters.push_back(std::move(*array).take());
    }
    parameters.push_back(std::move(data_));
    if (is_authored_) {
        ArrayText authors;
        for (const std::string& author : authors_) {
            authors.add(author);
        }
        parameters.push_back(std::move(author_places_).take());
        parameters.push_back(std::move(times_).take());
        parameters.push_back(std::move(authors).take());
    }
    return parameters;
}

}  // namespace weft::postgres
