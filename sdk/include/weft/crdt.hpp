// The CRDT seam: how concurrent edits merge.
#pragma once

#include <weft/bytes.hpp>
#include <weft/result.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weft {

struct ReplicaOptions {
    std::uint64_t actor =
        0;  // 0: this replica never edits; else fresh randomness, never used before
    std::uint64_t max_bytes = 0;         // accounted size of the document; 0: no limit
    std::uint64_t max_parked_bytes = 0;  // of updates whose dependencies are missing; 0: no limit
};

/// What became of one update. `effective` is what was new in it, together with parked parts that it released, as one
/// update: empty when nothing was new. What it points to is borrowed until the next call on the replica.
///
/// This and the views of edits below have the layout of their namesakes in weft/abi/crdt.h (weft/detail/crdt_layout.hpp
/// holds them to it), so that arrays of them pass the boundary of a plugin as they are.
struct Applied {
    Code code = Code::ok;             // not ok: refused, and the replica is as it was
    bool verbatim : 1 = false;        // `effective` is the very input: no need to copy or merge it
    bool parked : 1 = false;          // parts wait for dependencies that are missing
    bool released : 1 = false;        // parked parts of earlier updates became part of `effective`
    bool parked_dropped : 1 = false;  // parts were dropped: `max_parked_bytes` was reached
    std::uint64_t parked_bytes = 0;   // parked in the replica after this update
    BytesView effective;
    TextView message;  // why it was refused
    /// Who made what is in `effective`, ascending. An algorithm that does not record who deletes leaves them out.
    std::span<const std::uint64_t> actors;
};

/// What one edit does; the values are those of WEFT_EDIT_... in weft/abi/crdt.h, where it stands which fields each reads.
enum class EditKind : std::uint32_t {
    text_insert = 1,
    text_embed = 2,
    text_delete = 3,
    text_format = 4,
    map_set = 5,
    map_delete = 6,
    array_insert = 7,
    array_delete = 8,
    xml_insert_element = 9,
    xml_insert_text = 10,
    xml_delete = 11,
    xml_set_attribute = 12,
    xml_delete_attribute = 13,
};

/// The values are those of WEFT_STEP_... in weft/abi/crdt.h.
enum class StepKind : std::uint32_t { key = 0, index = 1 };

/// One step from a shared type to one inside it: into a map by key, into an array or XML by index.
struct PathStepView {
    StepKind kind = StepKind::key;
    std::uint32_t reserved = 0;
    std::uint64_t index = 0;
    TextView key;
};

/// One local edit of the shared type that `path` leads to from the root; all that it points to is the caller's. Positions
/// and lengths are UTF-16 code units in texts, elements in arrays, nodes in XML.
struct EditView {
    EditKind kind = EditKind::text_insert;
    std::uint32_t reserved = 0;
    TextView root;
    std::span<const PathStepView> path;
    std::uint64_t position = 0;
    std::uint64_t length = 0;
    TextView key;
    TextView text;
    TextView value;       // JSON
    TextView attributes;  // a JSON object; empty: none
    TextView
        type;  // not empty: a new shared type of this kind instead of `value`: "text", "map", "array", "xml"

    static EditView insert_text(TextView root, std::uint64_t position, TextView text) {
        EditView edit;
        edit.root = root;
        edit.position = position;
        edit.text = text;
        return edit;
    }
    static EditView delete_text(TextView root, std::uint64_t position, std::uint64_t length) {
        EditView edit;
        edit.kind = EditKind::text_delete;
        edit.root = root;
        edit.position = position;
        edit.length = length;
        return edit;
    }
};

/// The same for those who keep edits: with texts of their own.
struct PathStep {
    bool by_key = false;
    std::uint64_t index = 0;
    std::string key;
};

struct Edit {
    EditKind kind = EditKind::text_insert;
    std::string root;
    std::vector<PathStep> path;
    std::uint64_t position = 0;
    std::uint64_t length = 0;
    std::string key;
    std::string text;
    std::string value;
    std::string attributes;
    std::string type;

    static Edit insert_text(std::string_view root, std::uint64_t position, std::string_view text) {
        Edit edit;
        edit.root = root;
        edit.position = position;
        edit.text = text;
        return edit;
    }
    static Edit delete_text(std::string_view root, std::uint64_t position, std::uint64_t length) {
        Edit edit;
        edit.kind = EditKind::text_delete;
        edit.root = root;
        edit.position = position;
        edit.length = length;
        return edit;
    }
};

enum class ParkedParts { left_out, included };

struct RootInfo {
    std::string name;
    std::string kind;  // "text", "map", "array", "xml", or what the algorithm calls it
};

using Digest = std::array<std::uint8_t, 32>;

/// One replica of one document.
///
/// Threads   [shard] calls for one replica never overlap and are ordered; different replicas run in parallel.
/// Purity    No threads, files, sockets, clocks, locale or order of addresses: the same calls give the same bytes.
/// Errors    Updates are untrusted. One that is malformed is refused whole with `corrupt`, one that would make the
///           document too large with `limit`; both change nothing.
class Replica {
public:
    virtual ~Replica() = default;

    /// Integrates each update, all or nothing each; `applied` has as many entries as `updates`.
    virtual void apply(std::span<const BytesView> updates, std::span<Applied> applied) = 0;

    /// Fills an empty replica from a keyframe, segments and tail in one go.
    virtual Result<void> load(std::span<const BytesView> updates) = 0;

    /// What this replica has, without parked parts. Appends to `out`.
    virtual void state_vector(Bytes& out) const = 0;

    /// One update with all that `state_vector` lacks (empty: everything). Parked parts are for exports only.
    virtual Result<void> diff(BytesView state_vector, ParkedParts parked, Bytes& out) const = 0;
    Result<void> diff(BytesView state_vector, Bytes& out) const {
        return diff(state_vector, ParkedParts::left_out, out);
    }

    /// The full state for storing: `load` of it alone gives this replica. An algorithm with a form that loads faster than
    /// an update says so here.
    virtual Result<void> state(ParkedParts parked, Bytes& out) const {
        return diff({}, parked, out);
    }

    /// The text of a root from `position` on, `units` UTF-16 code units of it, as UTF-8.
    /// `not_found` if there is no such root.
    virtual Result<std::string> text(std::string_view root, std::uint64_t position,
                                     std::uint64_t units) const = 0;

    /// JSON text of one root. `not_found` if there is no such root.
    virtual Result<std::string> json(std::string_view root) const = 0;

    /// In byte order of their names.
    virtual std::vector<RootInfo> roots() const = 0;

    /// Applies local edits, one after the other, all of them or none, and gives them as one update, empty when they change
    /// nothing. It is borrowed until the next call on the replica.
    /// `state` on a replica without an actor, `invalid` when a position is beyond the end or inside a character, a path
    /// leads nowhere or a value does not parse, `unsupported` when the algorithm has no such type, `limit` when the
    /// document would become too large.
    virtual Result<BytesView> edit(std::span<const EditView> edits) = 0;

    /// The same for edits that were kept; the update is appended to `out`.
    Result<void> edit(std::span<const Edit> edits, Bytes& out);

    /// Equal exactly when two replicas have integrated the same operations.
    virtual Digest digest() const = 0;

    /// Accounted size in memory, in bytes.
    virtual std::uint64_t memory_bytes() const = 0;
};

inline Result<void> Replica::edit(std::span<const Edit> edits, Bytes& out) {
    std::size_t step_count = 0;
    for (const Edit& edit : edits) {
        step_count += edit.path.size();
    }
    std::vector<PathStepView> steps;
    steps.reserve(step_count);  // it does not move below
    std::vector<EditView> views;
    views.reserve(edits.size());
    for (const Edit& edit : edits) {
        const PathStepView* const path = steps.data() + steps.size();
        for (const PathStep& step : edit.path) {
            steps.push_back(
                {step.by_key ? StepKind::key : StepKind::index, 0, step.index, step.key});
        }
        views.push_back({edit.kind, 0, edit.root, std::span(path, edit.path.size()), edit.position,
                         edit.length, edit.key, edit.text, edit.value, edit.attributes, edit.type});
    }
    const Result<BytesView> update = edit(views);
    if (!update) {
        return update.error();
    }
    out.insert(out.end(), update->begin(), update->end());
    return {};
}

class Restore;
class DiffView;
class GarbageCollection;
class Anchors;
class Statistics;

/// What an algorithm can do beyond the seam (weft/crdt_extensions.hpp); null where it cannot.
struct CrdtExtensions {
    const Restore* restore = nullptr;
    const DiffView* diff_view = nullptr;
    const GarbageCollection* gc = nullptr;
    const Anchors* anchor = nullptr;
    const Statistics* stats = nullptr;
};

/// A CRDT algorithm. Its replicas belong to the shards that own their documents; the calls here are [any].
class Crdt {
public:
    virtual ~Crdt() = default;

    virtual std::unique_ptr<Replica> create_replica(const ReplicaOptions& options) const = 0;

    /// Joins updates without a document, in linear time. Appends to `out`.
    virtual Result<void> merge(std::span<const BytesView> updates, Bytes& out) const = 0;

    /// Whether the bytes are an update at all, in linear time.
    virtual Result<void> check(BytesView update) const = 0;

    /// Whether the update contains anything that a replica with this state vector has.
    virtual Result<bool> overlaps(BytesView update, BytesView state_vector) const = 0;

    /// Always the same answer. What it points to lives as long as this.
    virtual CrdtExtensions extensions() const { return {}; }
};

/// The whole of a text root.
inline constexpr std::uint64_t all_units = ~std::uint64_t{0};

}  // namespace weft
