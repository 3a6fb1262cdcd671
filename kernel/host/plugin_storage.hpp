#pragma once

#include "kernel/host/host_context.hpp"

#include <weft/abi/storage.h>
#include <weft/storage.hpp>

namespace weft {

/// The store of a plugin as the kernel calls it. Operations that the plugin does not take end with `again`.
class PluginStorage final : public Storage {
public:
    /// `calls` was checked to be complete; `context` is that of the instance and outlives it.
    PluginStorage(const weft_storage_calls& calls, void* self, HostContext& context)
        : calls_(calls), self_(self), context_(context) {}

    Durability durability() const override;
    StorageStatus status() const override;
    void append(std::vector<AppendCall> batch) override;
    void load(LoadRequest request, Completion<Loaded> done) override;
    void read(ReadRequest request, Completion<std::vector<StoredPart>> done) override;
    void heads(std::vector<std::string> documents, Completion<std::vector<Head>> done) override;
    void write_content(ContentRequest request, Completion<void> done) override;
    void list(ListRequest request, Completion<std::vector<DocumentStat>> done) override;
    void stat(std::string document, Completion<DocumentStat> done) override;
    void compact(CompactRequest request, Completion<void> done) override;
    void thin(ThinRequest request, Completion<void> done) override;
    void versions(VersionsRequest request, Completion<std::vector<Version>> done) override;
    void version(VersionRequest request, Completion<VersionContent> done) override;
    void delete_document(DeleteRequest request, Completion<Deleted> done) override;
    void forget_tombstones(ForgetRequest request, Completion<Forgotten> done) override;

private:
    template <class CRequest>
    void submit(std::uint32_t kind, const CRequest& request, Operations::End end);
    void refuse(weft_op op);

    const weft_storage_calls& calls_;
    void* const self_;
    HostContext& context_;
};

}  // namespace weft
