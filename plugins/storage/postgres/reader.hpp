// What is read, as statements: each call one consistent read.
#pragma once

#include "connection.hpp"

#include <weft/storage.hpp>

#include <string>
#include <vector>

namespace weft::postgres {

/// Used for one call on an open connection.
class Reader {
public:
    explicit Reader(Connection& connection) : connection_(connection) {}

    Result<Loaded> load(const std::string& document);
    Result<std::vector<StoredPart>> read(const ReadRequest& request);
    Result<std::vector<Head>> heads(const std::vector<std::string>& documents);
    Result<std::vector<DocumentStat>> list(const ListRequest& request);
    Result<DocumentStat> stat(const std::string& document);

private:
    /// What the tables have of a document.
    struct Known {
        DocumentStat stat;
        std::string key;     // as a parameter
        std::string bucket;  // as a parameter
    };
    /// Parts as they are read, refusing a hole.
    struct Chain {
        const Known& known;
        std::uint64_t position = 0;  // everything up to this seq is covered
        std::vector<StoredPart> parts{};
    };

    /// Runs `reading` in one transaction on one snapshot.
    template <class T, class Reading>
    Result<T> in_snapshot(Reading&& reading);

    Result<Loaded> load_in_snapshot(const std::string& document);
    Result<std::vector<StoredPart>> read_in_snapshot(const ReadRequest& request);
    Result<Known> find(const std::string& document);
    Result<std::vector<Known>> find_all(const std::vector<std::string>& documents);
    static Known known_from(const Rows& rows, int row);
    Result<void> add_keyframe(Chain& chain);
    Result<void> add_page(Chain& chain, std::uint64_t max_bytes);
    static Result<void> add(const Rows& rows, int row, Chain& chain);

    Connection& connection_;
};

}  // namespace weft::postgres
