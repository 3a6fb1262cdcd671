// A store whose caller dies at a step by number: behind that write nothing is written any more.
#pragma once

#include <weft/storage.hpp>

#include <cstdint>
#include <utility>
#include <vector>

namespace weft {

class DyingStorage final : public Storage {
public:
    DyingStorage(Storage& store, std::uint64_t writes) : store_(store), writes_left_(writes) {}

    bool has_died() const { return has_died_; }

    Durability durability() const override { return store_.durability(); }
    StorageStatus status() const override { return store_.status(); }
    void load(LoadRequest request, Completion<Loaded> done) override {
        store_.load(std::move(request), std::move(done));
    }
    void read(ReadRequest request, Completion<std::vector<StoredPart>> done) override {
        store_.read(std::move(request), std::move(done));
    }
    void heads(std::vector<std::string> documents, Completion<std::vector<Head>> done) override {
        store_.heads(std::move(documents), std::move(done));
    }
    void list(ListRequest request, Completion<std::vector<DocumentStat>> done) override {
        store_.list(std::move(request), std::move(done));
    }
    void stat(std::string document, Completion<DocumentStat> done) override {
        store_.stat(std::move(document), std::move(done));
    }
    void versions(VersionsRequest request, Completion<std::vector<Version>> done) override {
        store_.versions(std::move(request), std::move(done));
    }
    void version(VersionRequest request, Completion<VersionContent> done) override {
        store_.version(std::move(request), std::move(done));
    }

    void append(std::vector<AppendCall> batch) override {
        if (lives()) {
            return store_.append(std::move(batch));
        }
        for (AppendCall& call : batch) {
            call.done(died());
        }
    }
    void write_content(ContentRequest request, Completion<void> done) override {
        lives() ? store_.write_content(std::move(request), std::move(done)) : done(died());
    }
    void compact(CompactRequest request, Completion<void> done) override {
        lives() ? store_.compact(std::move(request), std::move(done)) : done(died());
    }
    void thin(ThinRequest request, Completion<void> done) override {
        lives() ? store_.thin(std::move(request), std::move(done)) : done(died());
    }
    void delete_document(DeleteRequest request, Completion<Deleted> done) override {
        lives() ? store_.delete_document(std::move(request), std::move(done)) : done(died());
    }
    void forget_tombstones(ForgetRequest request, Completion<Forgotten> done) override {
        lives() ? store_.forget_tombstones(request, std::move(done)) : done(died());
    }

private:
    bool lives() {
        has_died_ = has_died_ || writes_left_ == 0;
        writes_left_ -= has_died_ ? 0 : 1;
        return !has_died_;
    }
    static Error died() { return {Code::unavailable, "died", 0}; }

    Storage& store_;
    std::uint64_t writes_left_;
    bool has_died_ = false;
};

}  // namespace weft
