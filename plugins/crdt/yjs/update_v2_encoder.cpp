#include "update_v2_encoder.hpp"

#include "columns.hpp"
#include "json_any.hpp"
#include "update_encoder.hpp"

namespace weft::yjs {
namespace {

class UpdateV2Encoder {
public:
    explicit UpdateV2Encoder(KeyMark mark) : mark_(mark) {}

    void write(const UpdateLayout& update) {
        rest_.varuint(update.runs.size());
        for (StructRun run : update.runs) {
            rest_.varuint(run.count);
            clients_.write(run.client);
            rest_.varuint(run.clock);
            StructView view;
            std::size_t size = 0;
            while (!run.at_end() && peek_struct(run, view, size)) {
                write(view, run.json);
                skip_struct(run, view, size);
            }
        }
        write_delete_set_v2(rest_, update.deletes);
    }

    void finish(Bytes& out) {
        Writer writer(out);
        writer.varuint(0);
        writer.varbytes(key_clocks_.finish());
        writer.varbytes(clients_.finish());
        writer.varbytes(left_clocks_.finish());
        writer.varbytes(right_clocks_.finish());
        writer.varbytes(infos_.bytes());
        writer.varbytes(strings_.finish());
        writer.varbytes(parent_infos_.bytes());
        writer.varbytes(type_refs_.finish());
        writer.varbytes(lengths_.finish());
        writer.bytes(rest_bytes_);
    }

private:
    void write(const StructView& view, JsonForm json) {
        if (view.is_item()) {
            write_position(view);
        } else {
            infos_.write(static_cast<std::uint8_t>(view.content.ref));
        }
        write_content(view.content, json);
    }

    void write_position(const StructView& view) {
        const bool has_key_mark =
            view.has_parent_sub &&
            (mark_ == KeyMark::kept || view.parent != StructView::Parent::of_neighbour);
        infos_.write(info_byte(view, view.has_origin, has_key_mark));
        if (view.has_origin) {
            write_id(view.origin, left_clocks_);
        }
        if (view.has_right_origin) {
            write_id(view.right_origin, right_clocks_);
        }
        if (view.parent == StructView::Parent::of_neighbour) {
            return;
        }
        parent_infos_.write(view.parent == StructView::Parent::root ? 1 : 0);
        if (view.parent == StructView::Parent::root) {
            strings_.write(view.root);
        } else {
            write_id(view.parent_item, left_clocks_);
        }
        if (view.has_parent_sub) {
            strings_.write(view.parent_sub);
        }
    }

    void write_id(const WireId& id, IntDiffOptRleEncoder& clocks) {
        clients_.write(id.client);
        clocks.write(static_cast<std::int64_t>(id.clock));
    }

    void write_content(const ContentView& content, JsonForm json) {
        Reader reader(content.bytes);
        switch (content.ref) {
        case ContentRef::skip: return rest_.varuint(content.length);
        case ContentRef::gc:
        case ContentRef::deleted: return lengths_.write(content.length);
        case ContentRef::json:
            lengths_.write(content.length);
            while (!reader.at_end()) {
                strings_.write(reader.varstring());
            }
            return;
        case ContentRef::binary: return rest_.varbytes(content.bytes);
        case ContentRef::string: return strings_.write(as_text(content.bytes));
        case ContentRef::embed: return write_value(content.bytes, json);
        case ContentRef::format:
            write_key(reader.varstring());
            return write_value(reader.varbytes(), json);
        case ContentRef::type: return write_type(read_type_header(content.bytes));
        case ContentRef::any: lengths_.write(content.length); return rest_.bytes(content.bytes);
        case ContentRef::doc:
            strings_.write(reader.varstring());
            return rest_.bytes({reader.cursor(), reader.remaining()});
        }
    }

    void write_value(BytesView value, JsonForm json) {
        if (json == JsonForm::any) {
            rest_.bytes(value);
        } else {
            json_to_any(as_text(value), rest_);
        }
    }

    void write_type(const TypeHeader& type) {
        type_refs_.write(static_cast<std::uint64_t>(type.ref));
        if (type.ref == TypeRef::xml_element || type.ref == TypeRef::xml_hook) {
            write_key(type.name);
        }
    }

    /// Each key gets a number of its own although the format could say it again: so Yjs writes it.
    void write_key(std::string_view key) {
        key_clocks_.write(keys_++);
        strings_.write(key);
    }

    const KeyMark mark_;
    IntDiffOptRleEncoder key_clocks_;
    UintOptRleEncoder clients_;
    IntDiffOptRleEncoder left_clocks_;
    IntDiffOptRleEncoder right_clocks_;
    RleEncoder infos_;
    StringColumnEncoder strings_;
    RleEncoder parent_infos_;
    UintOptRleEncoder type_refs_;
    UintOptRleEncoder lengths_;
    Bytes rest_bytes_;
    Writer rest_{rest_bytes_};
    std::int64_t keys_ = 0;
};

}  // namespace

void encode_update_v2(const UpdateLayout& update, KeyMark mark, Bytes& out) {
    UpdateV2Encoder encoder(mark);
    encoder.write(update);
    encoder.finish(out);
}

void write_delete_set_v2(Writer& writer, const std::vector<WireRange>& ranges) {
    write_by_client(writer, ranges, [&](std::size_t begin, std::size_t end) {
        std::uint64_t clock = 0;
        for (std::size_t i = begin; i < end; ++i) {
            writer.varuint(ranges[i].clock - clock);
            writer.varuint(ranges[i].length - 1);
            clock = ranges[i].end();
        }
    });
}

}  // namespace weft::yjs
