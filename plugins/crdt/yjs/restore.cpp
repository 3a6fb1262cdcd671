// The extension "restore": see restore_plan.hpp for what it edits.
#include "history.hpp"
#include "restore_plan.hpp"
#include "yjs_crdt.hpp"
#include "yjs_replica.hpp"

namespace weft::yjs {

Result<void> YjsCrdt::restore(Replica& replica, BytesView state, Bytes& out) const {
    const Document& document = static_cast<YjsReplica&>(replica).document();
    const std::uint64_t actor = document.options().actor;
    if (actor == 0) {
        return Error{Code::state, "this replica has no actor: it cannot edit", 0};
    }
    const Result<std::unique_ptr<Document>> then = open_state(state);
    if (!then) {
        return then.error();
    }
    for (const Client& client : (*then)->store().clients) {
        if (client.state > document.store().state(client.id)) {
            return Error{Code::missing, "the state has edits that this replica lacks", 0};
        }
    }
    Bytes update;
    RestorePlan(document.store(), (*then)->store(), actor).write(update);
    if (update.empty()) {
        return {};
    }
    const BytesView view = update;
    Applied applied;
    replica.apply({&view, 1}, {&applied, 1});
    if (applied.code != Code::ok) {
        return Error{applied.code, std::string(applied.message), 0};
    }
    out.insert(out.end(), applied.effective.begin(), applied.effective.end());
    return {};
}

}  // namespace weft::yjs
