#include "kernel/doctor/offline_store.hpp"

#include <future>
#include <memory>
#include <utility>

namespace weft {

namespace {

constexpr std::uint32_t documents_at_once = 1000;
constexpr std::uint32_t versions_at_once = 1000;

template <class T, class Call>
Result<T> wait_for(Call&& call) {
    // The answering thread may still be inside `set_value` when the value is there.
    const auto promise = std::make_shared<std::promise<Result<T>>>();
    call(Completion<T>([promise](Result<T> result) { promise->set_value(std::move(result)); }));
    return promise->get_future().get();
}

}  // namespace

Result<std::vector<DocumentStat>> OfflineStore::list() {
    std::vector<DocumentStat> all;
    for (;;) {
        auto page = wait_for<std::vector<DocumentStat>>([&](auto done) {
            const std::string after = all.empty() ? "" : all.back().head.document;
            storage_.list({"", after, documents_at_once}, std::move(done));
        });
        if (!page) {
            return page;
        }
        const bool is_last = page->size() < documents_at_once;
        std::move(page->begin(), page->end(), std::back_inserter(all));
        if (is_last) {
            return all;
        }
    }
}

Result<DocumentStat> OfflineStore::stat(const std::string& document) {
    return wait_for<DocumentStat>([&](auto done) { storage_.stat(document, std::move(done)); });
}

Result<Head> OfflineStore::head(const std::string& document) {
    auto heads = wait_for<std::vector<Head>>(
        [&](auto done) { storage_.heads({document}, std::move(done)); });
    if (!heads) {
        return heads.error();
    }
    return std::move(heads->front());
}

Result<Loaded> OfflineStore::load(LoadRequest request) {
    return wait_for<Loaded>([&](auto done) { storage_.load(std::move(request), std::move(done)); });
}

Result<std::vector<StoredPart>> OfflineStore::read(ReadRequest request) {
    return wait_for<std::vector<StoredPart>>(
        [&](auto done) { storage_.read(std::move(request), std::move(done)); });
}

Result<std::vector<Version>> OfflineStore::versions(const std::string& document) {
    std::vector<Version> all;
    for (;;) {
        VersionsRequest request{document};
        request.after = all.empty() ? 0 : all.back().number;
        request.limit = versions_at_once;
        request.newest_first = false;
        auto page = wait_for<std::vector<Version>>(
            [&](auto done) { storage_.versions(std::move(request), std::move(done)); });
        if (!page) {
            return page;
        }
        const bool is_last = page->size() < versions_at_once;
        std::move(page->begin(), page->end(), std::back_inserter(all));
        if (is_last) {
            return all;
        }
    }
}

Result<VersionContent> OfflineStore::version(const std::string& document, std::uint64_t number) {
    return wait_for<VersionContent>([&](auto done) {
        storage_.version({document, number}, std::move(done));
    });
}

Result<Appended> OfflineStore::append(AppendRequest request) {
    request.durability = storage_.durability();
    return wait_for<Appended>([&](auto done) {
        std::vector<AppendCall> batch;
        batch.push_back({std::move(request), std::move(done)});
        storage_.append(std::move(batch));
    });
}

Result<void> OfflineStore::compact(CompactRequest request) {
    return wait_for<void>(
        [&](auto done) { storage_.compact(std::move(request), std::move(done)); });
}

Result<void> OfflineStore::thin(ThinRequest request) {
    return wait_for<void>([&](auto done) { storage_.thin(std::move(request), std::move(done)); });
}

Result<void> OfflineStore::write_content(ContentRequest request) {
    return wait_for<void>(
        [&](auto done) { storage_.write_content(std::move(request), std::move(done)); });
}

Result<Deleted> OfflineStore::delete_document(DeleteRequest request) {
    return wait_for<Deleted>(
        [&](auto done) { storage_.delete_document(std::move(request), std::move(done)); });
}

}  // namespace weft
