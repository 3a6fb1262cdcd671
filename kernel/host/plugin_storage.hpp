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
    void append(std::vector<AppendCall> batch) override;
    void load(std::string document, Completion<Loaded> done) override;
    void read(ReadRequest request, Completion<std::vector<StoredPart>> done) override;
    void heads(std::vector<std::string> documents, Completion<std::vector<Head>> done) override;
    void write_content(ContentRequest request, Completion<void> done) override;
    void list(ListRequest request, Completion<std::vector<DocumentStat>> done) override;
    void stat(std::string document, Completion<DocumentStat> done) override;

private:
    void submit(std::uint32_t kind, const void* request, std::size_t request_size,
                Operations::End end);
    void refuse(weft_op op);

    const weft_storage_calls& calls_;
    void* const self_;
    HostContext& context_;
};

}  // namespace weft
