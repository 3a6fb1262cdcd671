#include "update_v2_decoder.hpp"

#include "any_value.hpp"
#include "columns.hpp"
#include "json_any.hpp"
#include "update_encoder.hpp"

namespace weft::yjs {
namespace {

class UpdateV2Unfolder {
public:
    UpdateV2Unfolder(Reader& reader, const UnfoldOptions& options, Bytes& out)
        : key_clocks_(reader.varbytes()), clients_(reader.varbytes()),
          left_clocks_(reader.varbytes()), right_clocks_(reader.varbytes()),
          infos_(reader.varbytes()), strings_(reader.varbytes()), parent_infos_(reader.varbytes()),
          type_refs_(reader.varbytes()), lengths_(reader.varbytes()), rest_(reader),
          options_(options), bytes_end_(out.size() + options.bytes_max), writer_(out) {}

    void run() {
        const std::uint64_t clients = rest_.varuint();
        writer_.varuint(clients);
        for (std::uint64_t i = 0; i < clients && ok(); ++i) {
            client_block();
        }
        if (!ok()) {
            return;
        }
        std::vector<WireRange> deletes;
        read_delete_set_v2(rest_, deletes);
        normalise(deletes);
        write_delete_set(writer_, deletes);
    }

    bool ok() const {
        return rest_.ok() && key_clocks_.ok() && clients_.ok() && left_clocks_.ok() &&
               right_clocks_.ok() && infos_.ok() && strings_.ok() && parent_infos_.ok() &&
               type_refs_.ok() && lengths_.ok() && !is_too_large();
    }
    bool is_too_large() const { return writer_.size() > bytes_end_; }

private:
    void client_block() {
        const std::uint64_t structs = rest_.varuint();
        writer_.varuint(structs);
        writer_.varuint(clients_.read());
        writer_.varuint(rest_.varuint());
        // The columns can go on for ever; what ends this is that each struct takes room.
        for (std::uint64_t i = 0; i < structs && ok(); ++i) {
            one_struct();
        }
    }

    void one_struct() {
        const std::uint8_t info = infos_.read();
        const auto ref = static_cast<ContentRef>(info & content_ref_bits);
        const bool has_neighbour = (info & (has_origin_bit | has_right_origin_bit)) != 0;
        const bool drops_mark = has_neighbour && options_.mark == KeyMark::dropped;
        writer_.u8(static_cast<std::uint8_t>(drops_mark ? info & ~has_parent_sub_bit : info));
        if (ref == ContentRef::skip) {
            return writer_.varuint(rest_.varuint());
        }
        if (ref != ContentRef::gc) {
            position(info);
        }
        content(ref);
    }

    void position(std::uint8_t info) {
        if ((info & has_origin_bit) != 0) {
            id(left_clocks_);
        }
        if ((info & has_right_origin_bit) != 0) {
            id(right_clocks_);
        }
        if ((info & (has_origin_bit | has_right_origin_bit)) != 0) {
            return;
        }
        const bool root = parent_infos_.read() == 1;
        writer_.varuint(root ? 1 : 0);
        if (root) {
            writer_.varstring(strings_.read());
        } else {
            id(left_clocks_);
        }
        if ((info & has_parent_sub_bit) != 0) {
            writer_.varstring(strings_.read());
        }
    }

    void id(IntDiffOptRleDecoder& clocks) {
        writer_.varuint(clients_.read());
        const std::int64_t clock = clocks.read();
        if (clock < 0) {
            rest_.fail();
        }
        writer_.varuint(static_cast<std::uint64_t>(clock));
    }

    void content(ContentRef ref) {
        switch (ref) {
        case ContentRef::gc:
        case ContentRef::deleted: return writer_.varuint(lengths_.read());
        case ContentRef::json: return json_values();
        case ContentRef::binary: return writer_.varbytes(rest_.varbytes());
        case ContentRef::string: return writer_.varstring(strings_.read());
        case ContentRef::embed: return value();
        case ContentRef::format: writer_.varstring(key()); return value();
        case ContentRef::type: return type();
        case ContentRef::any: return any_values();
        case ContentRef::doc: writer_.varstring(strings_.read()); return any();
        case ContentRef::skip: break;
        }
        rest_.fail();
    }

    void json_values() {
        const std::uint64_t count = lengths_.read();
        writer_.varuint(count);
        for (std::uint64_t i = 0; i < count && ok(); ++i) {
            writer_.varstring(strings_.read());
        }
    }

    void type() {
        const std::uint64_t ref = type_refs_.read();
        writer_.varuint(ref);
        if (ref == static_cast<std::uint64_t>(TypeRef::xml_element) ||
            ref == static_cast<std::uint64_t>(TypeRef::xml_hook)) {
            writer_.varstring(key());
        }
    }

    void any_values() {
        const std::uint64_t count = lengths_.read();
        writer_.varuint(count);
        for (std::uint64_t i = 0; i < count && ok(); ++i) {
            any();
        }
    }

    void any() { writer_.bytes(read_any()); }

    BytesView read_any() {
        const std::uint8_t* from = rest_.cursor();
        Reader ahead = rest_;
        skip_any(ahead);
        if (!ahead.ok()) {
            rest_.fail();
            return {};
        }
        return rest_.bytes(static_cast<std::uint64_t>(ahead.cursor() - from));
    }

    /// Of an embed or a format.
    void value() {
        const BytesView any = read_any();
        if (options_.json == JsonForm::any || !rest_.ok()) {
            return writer_.varbytes(any);
        }
        Reader reader(any);
        std::string text;
        any_to_json_text(reader, text);
        writer_.varstring(text);
    }

    std::string_view key() {
        const std::int64_t number = key_clocks_.read();
        if (number < 0) {
            rest_.fail();
            return {};
        }
        if (static_cast<std::uint64_t>(number) >= keys_.size()) {
            keys_.emplace_back(strings_.read());
            return keys_.back();
        }
        return keys_[static_cast<std::size_t>(number)];
    }

    IntDiffOptRleDecoder key_clocks_;
    UintOptRleDecoder clients_;
    IntDiffOptRleDecoder left_clocks_;
    IntDiffOptRleDecoder right_clocks_;
    RleDecoder infos_;
    StringColumnDecoder strings_;
    RleDecoder parent_infos_;
    UintOptRleDecoder type_refs_;
    UintOptRleDecoder lengths_;
    Reader rest_;
    const UnfoldOptions options_;
    const std::size_t bytes_end_;
    std::vector<std::string> keys_;
    Writer writer_;
};

}  // namespace

Result<void> unfold_update_v2(BytesView update, const UnfoldOptions& options, Bytes& out) {
    Reader reader(update);
    reader.varuint();  // a flag for later versions of the format
    UpdateV2Unfolder unfolder(reader, options, out);
    unfolder.run();
    if (unfolder.is_too_large()) {
        return Error{Code::limit,
                     "an update v2 of " + std::to_string(update.size()) + " bytes unfolds beyond " +
                         std::to_string(options.bytes_max),
                     0};
    }
    if (!unfolder.ok()) {
        return Error::malformed("an update v2 of " + std::to_string(update.size()) +
                                " bytes is malformed");
    }
    return {};
}

void read_delete_set_v2(Reader& reader, std::vector<WireRange>& ranges) {
    const std::uint64_t clients = reader.varuint();
    for (std::uint64_t i = 0; i < clients && reader.ok(); ++i) {
        const std::uint64_t client = reader.varuint();
        const std::uint64_t count = reader.varuint();
        std::uint64_t clock = 0;
        for (std::uint64_t j = 0; j < count && reader.ok(); ++j) {
            WireRange range{client, clock + reader.varuint(), 0};
            range.length = reader.varuint() + 1;
            clock = range.end();
            if (clock > varuint_max) {
                reader.fail();
            } else if (reader.ok()) {
                ranges.push_back(range);
            }
        }
    }
}

}  // namespace weft::yjs
