// What may be a document's name, and how a path names one.
#include "kernel/document/document_name.hpp"

#include <gtest/gtest.h>

namespace weft {
namespace {

TEST(DocumentName, IsOneTo512BytesOfUtf8WithoutControlCharacters) {
    EXPECT_TRUE(is_document_name("notes"));
    EXPECT_TRUE(is_document_name("a/b c?&#%\xC3\xA4\xF0\x9F\x98\x80"));
    EXPECT_TRUE(is_document_name(std::string(512, 'x')));
    EXPECT_FALSE(is_document_name(""));
    EXPECT_FALSE(is_document_name(std::string(513, 'x')));
    EXPECT_FALSE(is_document_name("a\nb"));
    EXPECT_FALSE(is_document_name(std::string_view("a\0b", 3)));
    EXPECT_FALSE(is_document_name("a\x7f"));
    EXPECT_FALSE(is_document_name("a\xC2\x85"));
    EXPECT_FALSE(is_document_name("\xED\xA0\x80")) << "a lone surrogate is not UTF-8";
    EXPECT_FALSE(is_document_name("\xff"));
    EXPECT_FALSE(is_document_name("hocuspocus"));
}

TEST(DocumentName, IsPercentDecodedAndAnInvalidSequenceStays) {
    EXPECT_EQ(percent_decoded("a%2Fb"), "a/b");
    EXPECT_EQ(percent_decoded("100%"), "100%");
    EXPECT_EQ(percent_decoded("%zz%4"), "%zz%4");
    EXPECT_EQ(percent_decoded("%c3%a4"), "\xC3\xA4");
}

TEST(DocumentName, OfAPathIsAllThatFollowsTheFirstSlash) {
    EXPECT_EQ(document_from_path("/a/b%20c"), "a/b c");
    EXPECT_EQ(document_from_path("/"), std::nullopt);
    EXPECT_EQ(document_from_path("/%00"), std::nullopt);
    EXPECT_EQ(document_from_path(""), std::nullopt);
}

TEST(DocumentName, QueryParametersAreFoundByTheirWholeName) {
    EXPECT_EQ(query_parameter("token=a%26b&saved=1", "saved"), "1");
    EXPECT_EQ(query_parameter("token=a%26b&saved=1", "token"), "a&b");
    EXPECT_EQ(query_parameter("unsaved=1", "saved"), std::nullopt);
    EXPECT_EQ(query_parameter("saved", "saved"), "");
    EXPECT_EQ(query_parameter("", "saved"), std::nullopt);
}

TEST(DocumentName, HashesTheSameEverywhere) {
    EXPECT_EQ(document_hash(""), 0xcbf29ce484222325u);
    EXPECT_EQ(document_hash("a"), 0xaf63dc4c8601ec8cu);
}

}  // namespace
}  // namespace weft
