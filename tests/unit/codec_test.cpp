// The primitive encodings of the wire: what one side writes the other reads, and damaged bytes end a read without a trace.
#include <weft/codec.hpp>

#include <gtest/gtest.h>

#include <array>

namespace weft {
namespace {

Bytes encoded(std::uint64_t value) {
    Bytes out;
    Writer{out}.varuint(value);
    return out;
}

TEST(Codec, AVarUintIsReadBackAsItWasWritten) {
    for (const std::uint64_t value :
         std::array<std::uint64_t, 7>{0, 1, 127, 128, 16383, 16384, varuint_max}) {
        const Bytes bytes = encoded(value);
        Reader reader{bytes};
        EXPECT_EQ(reader.varuint(), value);
        EXPECT_TRUE(reader.ok() && reader.at_end()) << "for " << value;
    }
}

TEST(Codec, AVarUintTakesOneByteForEverySevenBits) {
    EXPECT_EQ(encoded(127), (Bytes{0x7f}));
    EXPECT_EQ(encoded(128), (Bytes{0x80, 0x01}));
    EXPECT_EQ(encoded(300), (Bytes{0xac, 0x02}));
}

TEST(Codec, ANumberBeyondWhatJavaScriptHoldsExactlyIsRefused) {
    const Bytes bytes = encoded(varuint_max + 1);
    Reader reader{bytes};
    EXPECT_EQ(reader.varuint(), 0U);
    EXPECT_FALSE(reader.ok());
}

TEST(Codec, AVarUintCutInTheMiddleIsRefused) {
    const Bytes bytes{0x80, 0x80};
    Reader reader{bytes};
    EXPECT_EQ(reader.varuint(), 0U);
    EXPECT_FALSE(reader.ok());
}

TEST(Codec, AVarUintThatNeverEndsIsRefused) {
    const Bytes bytes(1000, 0x80);
    Reader reader{bytes};
    reader.varuint();
    EXPECT_FALSE(reader.ok());
}

TEST(Codec, ALengthBeyondTheEndIsRefusedBeforeAnythingIsTaken) {
    Bytes bytes = encoded(varuint_max);
    bytes.push_back('x');
    Reader reader{bytes};
    EXPECT_TRUE(reader.varbytes().empty());
    EXPECT_FALSE(reader.ok());
}

TEST(Codec, AStringKeepsItsBytes) {
    Bytes bytes;
    Writer writer{bytes};
    writer.varstring("héllo");
    writer.u8(7);
    Reader reader{bytes};
    EXPECT_EQ(reader.varstring(), "héllo");
    EXPECT_EQ(reader.u8(), 7);
    EXPECT_TRUE(reader.at_end());
}

TEST(Codec, AfterAFailureNothingMoreIsRead) {
    const Bytes bytes{5, 'a', 'b'};
    Reader reader{bytes};
    reader.varstring();
    EXPECT_EQ(reader.u8(), 0);
    EXPECT_EQ(reader.remaining(), 0U);
    EXPECT_FALSE(reader.ok());
}

}  // namespace
}  // namespace weft
