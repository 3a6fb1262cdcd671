#pragma once

#include "kernel/history/compaction.hpp"
#include "kernel/history/services.hpp"

#include <memory>
#include <string>
#include <vector>

namespace weft {

/// Keeps the stored history of one document in shape: compacts its tail, makes automatic versions, lets old ones go. Works on what
/// is stored and goes on after the document has left memory.
///
///   a long tail, or an idle one → versions after it → stored parts → worker: segments, keyframe → digest → COMPACT
///   quiet after edits, or a long time of them → an automatic version → those too many → worker: merges → THIN
///
/// One job at a time. Whoever loses to another node throws its work away and looks again.
///
/// Threads   Belongs to the document's shard.
/// Lifetime  Shared by its keeper and by what is under way; a late completion finds it gone and is ignored.
class DocumentHistory : public std::enable_shared_from_this<DocumentHistory> {
public:
    DocumentHistory(std::string name, HistoryServices& services);

    /// The document was read, whole, before anybody edits it here.
    void on_loaded(const Loaded& loaded);

    /// Rows up to `head` are stored.
    void on_committed(const Crdt& crdt, std::uint64_t epoch, std::uint64_t head);

    /// Whether nothing is under way or due: it may be forgotten.
    bool is_at_rest() const;

private:
    enum class Job { none, compaction, version, thinning, keyframes };

    template <class T>
    Completion<T> on_shard(void (DocumentHistory::*method)(Result<T>));
    template <class T>
    void on_worker(UniqueFunction<Result<T>()> work, void (DocumentHistory::*method)(Result<T>));

    void take_head(const Head& head);
    void take_sizes(const std::vector<StoredPart>& parts);
    std::uint64_t tail() const { return head_ - covered_; }
    void begin(Job job);
    void end_job();
    void end_job_for(const char* what, const Error& error);
    void look_again_soon();

    // Compaction (document_compaction.cpp).
    void consider_compaction();
    void compact();
    void on_whole_read(Result<Loaded> loaded);
    void on_tail_read(Result<std::vector<StoredPart>> rows);
    void ask_for_versions_in_tail(std::uint64_t before);
    void on_versions_in_tail(Result<std::vector<Version>> page);
    void make_segments();
    void on_segments_made(Result<Compaction> made);
    bool differs_from_replica(const Compaction& made) const;
    void on_compacted(Result<void> compacted);

    // Keyframes that are let go (document_compaction.cpp).
    void look_for_keyframe_before(std::uint64_t seq);
    void on_keyframe_found(Result<Loaded> loaded);

    // Versions (automatic_versions.cpp).
    void consider_version();
    void arm_version_timer();
    void on_newest_version(Result<std::vector<Version>> newest);
    void on_version_made(Result<std::uint64_t> number);
    void list_versions(std::uint64_t before);
    void on_versions_listed(Result<std::vector<Version>> page);
    void thin();
    void on_before_read(Result<Loaded> loaded);
    void on_stretch_read(Result<std::vector<StoredPart>> segments);
    void on_thinning_made(Result<ThinRequest> made);
    void on_thinned(Result<void> thinned);

    // Fixed at construction.
    const std::string name_;
    HistoryServices& services_;

    // As it was read last, or as it is known from what was done since.
    const Crdt* crdt_ = nullptr;
    std::uint64_t epoch_ = 0;
    std::uint64_t head_ = 0;
    std::uint64_t covered_ = 0;
    StoredSizes sizes_;
    bool is_known_ = false;  // else `covered_` and the sizes are guesses

    Time last_commit_{};
    bool has_edits_ = false;  // since the newest version, as far as this node knows
    Time first_edit_{};       // of those
    bool gave_up_ = false;  // something is wrong with it: nothing is done until it is loaded again

    Job job_ = Job::none;
    std::vector<Version> versions_;   // listed by the present job
    CompactionInput input_;           // of the present compaction
    std::optional<LiveDigest> live_;  // when it began
    Compaction made_;
    std::vector<std::uint64_t> keyframes_;  // seqs, newest first
    std::vector<std::uint64_t> gone_;       // numbers of versions
    std::vector<StoredPart> before_;        // of the stretch that is thinned
    std::uint64_t stretch_begin_ = 0;       // seqs
    std::uint64_t stretch_end_ = 0;

    Timer compaction_timer_;
    Timer version_timer_;
};

template <class T>
Completion<T> DocumentHistory::on_shard(void (DocumentHistory::*method)(Result<T>)) {
    return [weak = weak_from_this(), &executor = services_.executor,
            method](Result<T> result) mutable {
        executor.post([weak = std::move(weak), method, result = std::move(result)]() mutable {
            if (const auto history = weak.lock()) {
                ((*history).*method)(std::move(result));
            }
        });
    };
}

template <class T>
void DocumentHistory::on_worker(UniqueFunction<Result<T>()> work,
                                void (DocumentHistory::*method)(Result<T>)) {
    services_.workers.post(
        [work = std::move(work), done = on_shard<T>(method)]() mutable { done(work()); });
}

}  // namespace weft
