// A store as a command uses it that has nothing else to do meanwhile: each call waits for its answer.
#pragma once

#include <weft/storage.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace weft {

/// Threads   One thread calls it, which is none of the store's own.
/// Errors    Those of the seam, as they come: nothing is tried again here.
class OfflineStore {
public:
    /// `storage` runs, and outlives this.
    explicit OfflineStore(Storage& storage) : storage_(storage) {}

    /// Every document, in byte order.
    Result<std::vector<DocumentStat>> list();
    Result<DocumentStat> stat(const std::string& document);
    Result<Head> head(const std::string& document);
    Result<Loaded> load(LoadRequest request);
    Result<std::vector<StoredPart>> read(ReadRequest request);
    /// Every version, the oldest first.
    Result<std::vector<Version>> versions(const std::string& document);
    Result<VersionContent> version(const std::string& document, std::uint64_t number);

    /// With the best durability that the store has.
    Result<Appended> append(AppendRequest request);
    Result<void> compact(CompactRequest request);
    Result<void> thin(ThinRequest request);
    Result<void> write_content(ContentRequest request);
    Result<Deleted> delete_document(DeleteRequest request);

private:
    Storage& storage_;
};

}  // namespace weft
