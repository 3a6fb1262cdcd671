#include "update_tools.hpp"

#include "update_encoder.hpp"
#include "update_v2_decoder.hpp"
#include "update_v2_encoder.hpp"

namespace weft::yjs {
namespace {

/// Writes what an update has of each client from some clock on. Counts stand before what they count.
class DiffWriter {
public:
    void write(StructRun run, std::uint64_t known) {
        if (run.end <= known) {
            return;
        }
        StructView view;
        std::size_t size = 0;
        while (!run.at_end() && peek_struct(run, view, size) &&
               (view.end() <= known || view.content.ref == ContentRef::skip)) {
            skip_struct(run, view, size);
        }
        if (run.at_end()) {
            return;
        }
        const std::uint64_t offset = run.clock < known ? known - run.clock : 0;
        Writer writer(blocks_);
        writer.varuint(run.count);
        writer.varuint(run.client);
        writer.varuint(run.clock + offset);
        write_one(writer, view, offset);
        skip_struct(run, view, size);
        if (run.plain) {
            writer.bytes(run.bytes);
        } else {
            write_rest(writer, run);
        }
        ++clients_;
    }

    void finish(const std::vector<WireRange>& deletes, Bytes& out) {
        Writer writer(out);
        writer.varuint(clients_);
        writer.bytes(blocks_);
        write_delete_set(writer, deletes);
    }

private:
    static void write_rest(Writer& writer, StructRun run) {
        StructView view;
        std::size_t size = 0;
        while (!run.at_end() && peek_struct(run, view, size)) {
            write_one(writer, view, 0);
            skip_struct(run, view, size);
        }
    }

    static void write_one(Writer& writer, StructView view, std::uint64_t offset) {
        view.has_parent_sub =
            view.has_parent_sub && view.parent != StructView::Parent::of_neighbour;
        write_struct(writer, view, offset);
    }

    Bytes blocks_;
    std::uint64_t clients_ = 0;
};

Result<void> unfold(BytesView update, Bytes& out) {
    return unfold_update_v2(update, {JsonForm::any, KeyMark::kept, unfolded_bytes_max}, out);
}

Result<void> fold(const Bytes& unfolded, KeyMark mark, Bytes& out) {
    UpdateLayout layout;
    Result<void> read = layout.read(unfolded, JsonForm::any);
    if (read) {
        encode_update_v2(layout, mark, out);
    }
    return read;
}

Result<void> to_v2(BytesView update, KeyMark mark, Bytes& out) {
    UpdateLayout layout;
    Result<void> read = layout.read(update);
    if (read) {
        encode_update_v2(layout, mark, out);
    }
    return read;
}

Result<void> to_v1(BytesView update, const UnfoldOptions& options, Bytes& out) {
    const std::size_t before = out.size();
    Result<void> unfolding = unfold_update_v2(update, options, out);
    return unfolding ? UpdateLayout().read(BytesView(out).subspan(before)) : unfolding;
}

Result<void> merge_updates_v2(std::span<const BytesView> updates, Bytes& out) {
    std::vector<Bytes> unfolded(updates.size());
    std::vector<BytesView> views;
    for (std::size_t i = 0; i < updates.size(); ++i) {
        if (Result<void> unfolding = unfold(updates[i], unfolded[i]); !unfolding) {
            return unfolding;
        }
        views.emplace_back(unfolded[i]);
    }
    Bytes merged;
    if (Result<void> merging = merge_updates(views, merged, JsonForm::any); !merging) {
        return merging;
    }
    if (updates.size() == 1) {
        out.insert(out.end(), updates[0].begin(), updates[0].end());
        return {};
    }
    return fold(merged, KeyMark::dropped, out);
}

}  // namespace

Result<void> OpenUpdate::read(BytesView update, UpdateFormat format, std::size_t bytes_max) {
    if (format == UpdateFormat::v1) {
        return layout.read(update);
    }
    unfolded.clear();
    Result<void> unfolding =
        unfold_update_v2(update, {JsonForm::any, KeyMark::kept, bytes_max}, unfolded);
    return unfolding ? layout.read(unfolded, JsonForm::any) : unfolding;
}

Result<void> check_update(BytesView update, UpdateFormat format) {
    return OpenUpdate().read(update, format);
}

Result<void> merge_updates(std::span<const BytesView> updates, UpdateFormat format, Bytes& out) {
    return format == UpdateFormat::v1 ? merge_updates(updates, out)
                                      : merge_updates_v2(updates, out);
}

Result<void> diff_update(BytesView update, UpdateFormat format, BytesView state_vector,
                         Bytes& out) {
    OpenUpdate open;
    if (Result<void> read = open.read(update, format); !read) {
        return read;
    }
    const Result<StateVector> known = decode_state_vector(state_vector);
    if (!known) {
        return known.error();
    }
    DiffWriter diff;
    for (const StructRun& run : open.layout.runs) {
        diff.write(run, clock_of(*known, run.client));
    }
    if (format == UpdateFormat::v1) {
        diff.finish(open.layout.deletes, out);
        return {};
    }
    Bytes unfolded;
    diff.finish(open.layout.deletes, unfolded);
    return fold(unfolded, KeyMark::dropped, out);
}

Result<void> state_vector_from_update(BytesView update, UpdateFormat format, Bytes& out) {
    OpenUpdate open;
    if (Result<void> read = open.read(update, format); !read) {
        return read;
    }
    Writer writer(out);
    write_state_vector(writer, state_vector_of(open.layout));
    return {};
}

Result<void> convert_v1_to_v2(BytesView update, Bytes& out) {
    return to_v2(update, KeyMark::dropped, out);
}

Result<void> transcode_v1_to_v2(BytesView update, Bytes& out) {
    return to_v2(update, KeyMark::kept, out);
}

Result<void> convert_v2_to_v1(BytesView update, Bytes& out, std::size_t bytes_max) {
    return to_v1(update, {JsonForm::text, KeyMark::dropped, bytes_max}, out);
}

Result<void> transcode_v2_to_v1(BytesView update, Bytes& out, std::size_t bytes_max) {
    return to_v1(update, {JsonForm::text, KeyMark::kept, bytes_max}, out);
}

}  // namespace weft::yjs
