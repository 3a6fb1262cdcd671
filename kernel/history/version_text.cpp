#include "kernel/history/version_text.hpp"

#include "kernel/document/readable_content.hpp"
#include "kernel/history/past.hpp"

namespace weft {

void tell_version_text(const HistoryServices& services, const std::string& document,
                       std::uint64_t version, std::uint64_t seq) {
    LoadRequest request{document};
    request.as_of = seq;
    services.storage.load(std::move(request), [&services, version, seq](Result<Loaded> loaded) {
        if (!loaded || !services.crdts.contains(loaded->head.algorithm)) {
            return;
        }
        services.workers.post([&services, version, seq, loaded = std::move(*loaded)] {
            const Head& head = loaded.head;
            const auto replica = replay(*services.crdts.find(head.algorithm)->second, loaded.parts);
            if (replica) {
                ContentRequest told{head.document, head.epoch, seq,
                                    readable_content(**replica, services.text_root), version};
                services.storage.write_content(std::move(told), [](const Result<void>&) {});
            }
        });
    });
}

}  // namespace weft
