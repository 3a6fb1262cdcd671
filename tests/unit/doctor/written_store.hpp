// A sqlite store with documents that somebody typed, compacted and kept versions of; and SQL to damage it with.
#pragma once

#include "kernel/doctor/examination.hpp"
#include "kernel/history/compaction.hpp"

#include "plugins/sqlite/sqlite_store.hpp"
#include "unit/history/typed_rows.hpp"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace weft {

/// Finds the algorithms that Weft ships, and no other.
inline FindAlgorithm shipped_algorithms() {
    const auto known = std::make_shared<std::map<std::string, std::unique_ptr<Crdt>>>();
    (*known)["yjs"] = crdt_named("yjs");
    (*known)["rga"] = crdt_named("rga");
    return [known](const std::string& name) -> Result<const Crdt*> {
        const auto found = known->find(name);
        if (found == known->end()) {
            return Error{Code::not_found, "no plugin of that name is there", 0};
        }
        return found->second.get();
    };
}

class WrittenStore {
public:
    WrittenStore() { start(); }

    /// Beside the running store, as another program would do it; the store learns of it by being started again.
    void damage(const std::string& sql) {
        sqlite_.reset();
        storage::OtherProgram(file()).run(sql);
        start();
    }

    std::string file() const { return folder_ / "weft.db"; }
    OfflineStore offline() { return OfflineStore(sqlite_->storage()); }
    storage::SqliteStore& sqlite() { return *sqlite_; }

    /// Appends the rows of `typed` that are not there yet, one at a time.
    void append(const std::string& document, const TypedRows& typed,
                const std::string& algorithm = "yjs") {
        OfflineStore store = offline();
        const Head head = *store.head(document);
        for (std::size_t i = head.seq; i < typed.rows.size(); ++i) {
            AppendRequest request;
            request.document = document;
            request.algorithm = algorithm;
            request.epoch = head.epoch;
            request.rows.push_back({typed.rows[i].mark, typed.rows[i].bytes});
            request.authored = {{1, 1000 + static_cast<std::int64_t>(i), 2000, "anna"}};
            ASSERT_TRUE(store.append(std::move(request)));
        }
    }

    void keep_version(const std::string& document, const std::string& label,
                      const std::string& algorithm = "yjs") {
        OfflineStore store = offline();
        AppendRequest request;
        request.document = document;
        request.algorithm = algorithm;
        request.epoch = store.head(document)->epoch;
        request.versions.push_back({NewVersion::At::after_the_rows, VersionKind::named, ++marks_,
                                    label, "anna", "text of " + label});
        ASSERT_TRUE(store.append(std::move(request)));
    }

    /// All of the tail, segments ending at versions; with a keyframe whatever the sizes.
    void compact(const std::string& document, const Crdt& crdt, bool with_keyframe) {
        OfflineStore store = offline();
        auto loaded = store.load({document});
        ASSERT_TRUE(loaded);
        const auto replica = replay_of(crdt, loaded->parts);
        CompactionInput input{document,
                              loaded->head.epoch,
                              loaded->head.covered,
                              loaded->head.seq,
                              std::move(loaded->parts),
                              true,
                              {}};
        const auto versions = store.versions(document);
        ASSERT_TRUE(versions);
        for (const Version& version : *versions) {
            input.version_seqs.push_back(version.seq);
        }
        auto made = make_compaction(crdt, std::move(input));
        ASSERT_TRUE(made.ok());
        Bytes state;
        ASSERT_TRUE(replica->state(ParkedParts::left_out, state));
        made->request.keyframe.reset();
        if (with_keyframe) {
            made->request.keyframe = Buffer(std::move(state));
        }
        ASSERT_TRUE(store.compact(std::move(made->request)));
    }

    Examination examine(const std::string& document) {
        OfflineStore store = offline();
        auto seen = weft::examine(store, *store.stat(document), shipped_algorithms());
        EXPECT_TRUE(seen.ok());
        return std::move(*seen);
    }

private:
    static std::unique_ptr<Replica> replay_of(const Crdt& crdt,
                                              const std::vector<StoredPart>& parts) {
        std::vector<BytesView> updates;
        for (const StoredPart& part : parts) {
            updates.push_back(part.bytes.view());
        }
        auto replica = crdt.create_replica({});
        EXPECT_TRUE(replica->load(updates).ok());
        return replica;
    }

    void start() {
        sqlite_ = std::make_unique<storage::SqliteStore>(storage::SqliteOptions{file()});
        ASSERT_TRUE(sqlite_->start());
    }

    storage::FreshFolder folder_;
    std::unique_ptr<storage::SqliteStore> sqlite_;
    std::uint64_t marks_ = 0;
};

}  // namespace weft
