// What the changes of a history share: refusals, and the column that tells who wrote rows.
#pragma once

#include "connection.hpp"

#include <weft/storage_rules.hpp>
#include <weft/storage_write.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace weft::storage {

/// A refusal: told to the caller, while the transaction goes on.
inline bool is_refusal(const Error& error) {
    switch (error.code) {
    case Code::conflict:
    case Code::not_found:
    case Code::invalid:
    case Code::corrupt:
    case Code::missing: return true;
    default: return false;
    }
}

/// Where nothing has been written yet.
inline Result<void> refuse_or_end(Error error, Result<StorageDone>& outcome) {
    if (is_refusal(error)) {
        outcome = std::move(error);
        return {};
    }
    return error;
}

inline Error damaged_at(const std::string& document, std::uint64_t seq) {
    return {Code::corrupt,
            document + ": what is stored of seq " + std::to_string(seq) + " is damaged", 0};
}

/// The column of runs, or nobody at `created_at` where it is NULL.
inline std::optional<std::vector<AuthoredRun>>
runs_in(const Statement& row, int column, std::uint64_t rows, std::int64_t created_at) {
    if (!row.is_bytes(column)) {
        return std::vector<AuthoredRun>{{rows, created_at, created_at, ""}};
    }
    return decode_runs(row.bytes(column), rows);
}

}  // namespace weft::storage
