// What the seam asks of a store, done to plain values in memory: no threads, no clock, answers at once.
#pragma once

#include <weft/storage.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace weft::storage {

struct MemoryVersion {
    Version version;
    std::string content;
};

/// A document, or what a deleted one leaves behind: `algorithm` is empty then.
struct MemoryDocument {
    std::string algorithm;
    std::uint64_t epoch = 1;
    std::uint64_t covered = 0;
    std::uint64_t version = 0;  // the newest number
    std::uint64_t content_seq = 0;
    std::string content;
    std::int64_t updated_unix_ms = 0;
    std::vector<StoredPart> keyframes;
    std::vector<StoredPart> segments;
    std::vector<StoredPart> rows;       // the row of seq s at s - covered - 1
    std::vector<AuthoredRun> authored;  // of the rows
    std::vector<MemoryVersion> versions;
    std::vector<Tombstone> tombstones;

    bool exists() const { return !algorithm.empty(); }
    std::uint64_t head() const { return covered + rows.size(); }
    std::uint64_t mark() const;
};

/// Every promise of the seam but survival and durability, which belong to whoever owns it. One thread at a time.
class MemoryDocuments {
public:
    Result<Appended> append(const AppendRequest& request, std::int64_t now_ms);
    Result<Loaded> load(const LoadRequest& request) const;
    Result<std::vector<StoredPart>> read(const ReadRequest& request) const;
    Result<std::vector<Head>> heads(const std::vector<std::string>& documents) const;
    Result<void> write_content(const ContentRequest& request);
    Result<std::vector<DocumentStat>> list(const ListRequest& request) const;
    Result<DocumentStat> stat(const std::string& document) const;
    Result<void> compact(const CompactRequest& request);
    Result<void> thin(const ThinRequest& request);
    Result<std::vector<Version>> versions(const VersionsRequest& request) const;
    Result<VersionContent> version(const VersionRequest& request) const;
    Result<Deleted> delete_document(const DeleteRequest& request, std::int64_t now_ms);
    Result<Forgotten> forget_tombstones(const ForgetRequest& request);

    std::map<std::string, MemoryDocument> documents;  // by bytes of the name, as `list` gives them

private:
    const MemoryDocument* find(const std::string& document) const;
    Result<MemoryDocument*> find_in_epoch(const std::string& document, std::uint64_t epoch);
    Head head_of(const std::string& document) const;
};

}  // namespace weft::storage
