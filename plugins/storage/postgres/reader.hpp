// What is read, as statements: each call one consistent read.
#pragma once

#include "connection.hpp"

#include <weft/storage.hpp>

#include <optional>
#include <string>
#include <vector>

namespace weft::postgres {

/// Used for one call on an open connection.
class Reader {
public:
    explicit Reader(Connection& connection) : connection_(connection) {}

    Result<Loaded> load(const LoadRequest& request);
    Result<std::vector<StoredPart>> read(const ReadRequest& request);
    Result<std::vector<Head>> heads(const std::vector<std::string>& documents);
    Result<std::vector<DocumentStat>> list(const ListRequest& request);
    Result<DocumentStat> stat(const std::string& document);
    Result<std::vector<Version>> versions(const VersionsRequest& request);
    Result<VersionContent> version(const VersionRequest& request);

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
        std::uint64_t position;  // everything up to this seq is covered
        std::uint64_t until;     // where it ends, or in the segment that holds it
        std::uint64_t room;      // bytes
        bool with_authors = false;
        std::vector<StoredPart> parts{};
        bool full = false;

        bool wants_more() const { return !full && position < until; }
    };

    /// Runs `reading` in one transaction on one snapshot.
    template <class T, class Reading>
    Result<T> in_snapshot(Reading&& reading);

    Result<Loaded> load_in_snapshot(const LoadRequest& request);
    Result<std::vector<Tombstone>> tombstones_of(const Known& known);
    Result<std::vector<StoredPart>> read_in_snapshot(const ReadRequest& request);
    Result<Known> find(const std::string& document);
    Result<Known> find_existing(const std::string& document);
    Result<std::vector<Known>> find_all(const std::vector<std::string>& documents);
    static Known known_from(const Rows& rows, int row);
    Result<void> add_keyframe(Chain& chain);
    Result<void> add_page(Chain& chain, std::uint64_t max_bytes);
    static Version version_from(const Rows& rows, int row);
    static std::optional<std::vector<AuthoredRun>> authors_of(const Rows& rows, int row,
                                                              SeqRange seqs);
    static Result<void> add(const Rows& rows, int row, Chain& chain);

    Connection& connection_;
};

}  // namespace weft::postgres
