// The connection that reads, beside the writer: WAL lets both go on.
#pragma once

#include "connection.hpp"

#include <weft/storage.hpp>

#include <memory>
#include <string>
#include <vector>

namespace weft::storage {

/// Belongs to one thread. Each call is one consistent read of what was committed when it began.
class Reader {
public:
    static Result<std::unique_ptr<Reader>> open(const Connection::Settings& settings);

    Result<Loaded> load(const LoadRequest& request);
    Result<std::vector<StoredPart>> read(const ReadRequest& request);
    Result<std::vector<Head>> heads(const std::vector<std::string>& documents);
    Result<std::vector<DocumentStat>> list(const ListRequest& request);
    Result<DocumentStat> stat(const std::string& document);
    Result<std::vector<Version>> versions(const VersionsRequest& request);
    Result<VersionContent> version(const VersionRequest& request);

private:
    /// What `weft_documents` has of a document.
    struct Known {
        DocumentStat stat;
        std::int64_t key = 0;
        std::int64_t tail = 0;  // key of the newest chunk
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

        /// Full instead, if there is no room for it.
        void take(StoredPart part);
    };

    explicit Reader(Connection connection) : connection_(std::move(connection)) {}
    Result<void> prepare();

    /// Runs `reading` in one transaction.
    template <class T, class Reading>
    Result<T> in_snapshot(Reading&& reading);

    Result<Loaded> load_in_snapshot(const LoadRequest& request);
    Result<std::vector<StoredPart>> read_in_snapshot(const ReadRequest& request);
    Result<Known> find(const std::string& document);
    Known known_from(const Statement& row) const;
    static Result<void> check_tail(const Known& known);
    Result<std::vector<Tombstone>> tombstones_of(const Known& known);
    static Version version_from(const Statement& row);
    Result<Known> find_existing(const std::string& document);
    Result<void> add_keyframe(Chain& chain);
    Result<void> add_parts(Chain& chain);
    Result<void> add_segments(Chain& chain);
    Result<void> add_tail(Chain& chain);
    Result<std::vector<std::int64_t>> way_back(const Chain& chain);
    Result<void> add(const Statement& row, StoredPart::Kind kind, Chain& chain);
    static Result<void> add_authors(const Statement& row, const std::string& document,
                                    std::vector<StoredPart>& parts);
    Result<void> add_chunk(std::int64_t key, Chain& chain);

    Connection connection_;
    Statement begin_;
    Statement commit_;
    Statement find_;
    Statement list_;
    Statement keyframe_;
    Statement segments_;
    Statement link_;
    Statement chunk_;
    Statement tombstones_;
    Statement versions_up_;
    Statement versions_down_;
    Statement version_;
};

}  // namespace weft::storage
