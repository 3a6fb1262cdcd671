// What tests ask of a node and of its store, and how they type.
#pragma once

#include "kernel/history/past.hpp"
#include "tests/support/simulation/simulation.hpp"

#include "yjs_crdt.hpp"

#include <memory>
#include <optional>
#include <string>

namespace weft::sim {

template <class T>
using Answer = std::shared_ptr<std::optional<Result<T>>>;

template <class T>
bool is_ok(const Answer<T>& answer) {
    return answer->has_value() && (*answer)->ok();
}

/// `ok` as long as it is not answered.
template <class T>
Code code_of(const Answer<T>& answer) {
    return !answer->has_value() || is_ok(answer) ? Code::ok : (*answer)->error().code;
}

/// Edits are acknowledged, and seen by others, before they are stored.
inline SimOptions relaxed() {
    SimOptions options;
    options.policy.strict = false;
    return options;
}

/// Everybody sees it when this returns.
inline void type(Simulation& sim, SimClient& client, const std::string& text) {
    client.insert(0, text);
    sim.run(std::chrono::milliseconds(50));
}

inline Answer<Changed> ask_to_change(Simulation& sim, Change change,
                                     const std::string& document = "notes") {
    const auto answer = std::make_shared<std::optional<Result<Changed>>>();
    sim.node().change_document(document, std::move(change),
                               [answer](Result<Changed> changed) { *answer = std::move(changed); });
    return answer;
}

inline Answer<Removed> ask_to_delete(Simulation& sim, Condition condition = {}) {
    const auto answer = std::make_shared<std::optional<Result<Removed>>>();
    sim.node().remove_document("notes", std::move(condition),
                               [answer](Result<Removed> removed) { *answer = std::move(removed); });
    return answer;
}

inline Answer<std::uint64_t> ask_for_version(Simulation& sim, const std::string& label,
                                             const std::string& document = "notes") {
    const auto answer = std::make_shared<std::optional<Result<std::uint64_t>>>();
    sim.node().keep_version(
        document, {VersionKind::named, label, "ada"},
        [answer](Result<std::uint64_t> number) { *answer = std::move(number); });
    return answer;
}

inline Answer<Restored> ask_for_restore(Simulation& sim, std::uint64_t version,
                                        const std::string& document = "notes") {
    const auto answer = std::make_shared<std::optional<Result<Restored>>>();
    sim.node().restore_version(document, {version, "ada"}, [answer](Result<Restored> restored) {
        *answer = std::move(restored);
    });
    return answer;
}

/// Makes a version and gives its number; 0 when there is none.
inline std::uint64_t name_present(Simulation& sim, const std::string& label) {
    const auto answer = ask_for_version(sim, label);
    sim.run();
    return is_ok(answer) ? ***answer : 0;
}

inline std::vector<Version> versions_of(Simulation& sim) {
    auto versions = sim.disk().versions({"notes", 0, ~std::uint64_t{0}, 1000, false});
    return versions ? std::move(*versions) : std::vector<Version>();
}

/// The text at a version, replayed from what is stored.
inline std::string text_at(Simulation& sim, std::uint64_t number) {
    for (const Version& version : versions_of(sim)) {
        if (version.number != number) {
            continue;
        }
        LoadRequest request{"notes"};
        request.as_of = version.seq;
        const auto loaded = sim.disk().load(request);
        const yjs::YjsCrdt crdt{yjs::YjsOptions{}};
        const auto replica =
            loaded ? replay(crdt, loaded->parts) : Result<std::unique_ptr<Replica>>(loaded.error());
        const auto text =
            replica ? (*replica)->text("text", 0, all_units) : Result<std::string>("");
        return replica ? (text ? *text : "") : "(does not replay)";
    }
    return "(no such version)";
}

/// What a reader of the database sees of it.
inline std::string told_text(Simulation& sim, std::uint64_t number) {
    const auto found = sim.disk().version({"notes", number});
    return found && found->version.has_content ? found->content : "(none)";
}

}  // namespace weft::sim
