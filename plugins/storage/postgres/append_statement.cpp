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
const Statement append_rows{
    "append_rows",
    "WITH asked AS ("
    " SELECT * FROM unnest($1::bigint[], $2::smallint[], $3::text[], $4::bigint[], $5::bigint[],"
    "                      $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[])"
    " AS a (key, bucket, algorithm, epoch, expected, rows, before, bytes, last_mark)),"
    "locked AS MATERIALIZED ("
    " SELECT key, head, epoch, algorithm FROM weft_heads WHERE key = ANY ($1::bigint[])"
    " ORDER BY key FOR UPDATE),"
    "judged AS MATERIALIZED ("
    " SELECT a.*, l.head, l.epoch AS epoch_now, l.algorithm AS stored_as,"
    "  (a.expected < 0 OR a.expected = l.head) AND a.epoch = l.epoch"
    "  AND (l.head = 0 OR l.algorithm = a.algorithm) AS taken"
    " FROM asked a JOIN locked l USING (key)),"
    "moved AS ("
    " UPDATE weft_heads h SET head = j.head + j.rows, head_mark = j.last_mark,"
    "  algorithm = j.algorithm, bytes = h.bytes + j.bytes, updated_at = now()"
    " FROM judged j WHERE h.key = j.key AND j.taken),"
    "stored AS ("
    " INSERT INTO weft_updates (bucket, doc_key, seq, mark, created_at, data)"
    " SELECT j.bucket, j.key, j.head + n, ($10::bigint[])[j.before + n], now(),"
    "  substring($12::bytea FROM ($11::integer[])[j.before + n] + 1"
    "   FOR ($11::integer[])[j.before + n + 1] - ($11::integer[])[j.before + n])"
    " FROM judged j, generate_series(1, j.rows) AS n WHERE j.taken)"
    "SELECT key, taken, head, epoch_now, stored_as FROM judged"};

void AppendParameters::add(const AppendRequest& request, std::int64_t key, std::int64_t bucket) {
    keys_.add(key);
    buckets_.add(bucket);
    algorithms_.add(request.algorithm);
    epochs_.add(epoch_of(request.epoch));
    expected_.add(expected(request));
    counts_.add(request.rows.size());
    before_.add(row_count_);
    row_count_ += request.rows.size();
    const std::uint64_t begin = size_;
    for (const Row& row : request.rows) {
        marks_.add(static_cast<std::int64_t>(row.mark));
        starts_.add(size_);
        size_ += row.update.size();
        append_hex(data_, row.update.view());
    }
    sizes_.add(size_ - begin);
    last_marks_.add(static_cast<std::int64_t>(request.rows.back().mark));
}

std::vector<std::string> AppendParameters::take() && {
    starts_.add(size_);
    std::vector<std::string> parameters;
    for (ArrayText* array : {&keys_, &buckets_, &algorithms_, &epochs_, &expected_, &counts_,
                             &before_, &sizes_, &last_marks_, &marks_, &starts_}) {
        parameters.push_back(std::move(*array).take());
    }
    parameters.push_back(std::move(data_));
    return parameters;
}

}  // namespace weft::postgres
