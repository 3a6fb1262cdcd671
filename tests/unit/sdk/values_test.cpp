// The small things that cross the boundary: errors, sinks, arrays on the stack, and exceptions that do not.
#include <weft/detail/guard.hpp>
#include <weft/detail/values.hpp>

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace weft::detail {
namespace {

TEST(Values, AnErrorIsCutAtAWholeCharacter) {
    weft_error error;
    const std::string message = std::string(246, 'x') + "é";  // its second byte would be the 248th
    EXPECT_EQ(fill_error(&error, Code::limit, message, 7), WEFT_LIMIT);
    EXPECT_EQ(std::string(error.message), std::string(246, 'x'));
    EXPECT_EQ(error.retry_after_ms, 7u);
}

TEST(Values, AMessageWithoutAnEndIsReadToTheEndOfItsField) {
    weft_error error;
    error.retry_after_ms = 0;
    std::fill(std::begin(error.message), std::end(error.message), 'x');
    EXPECT_EQ(from_c(WEFT_LIMIT, error).message, std::string(sizeof error.message, 'x'));
}

TEST(Values, ACodeOfANewerSideIsInternal) {
    EXPECT_EQ(to_code(17), Code::internal);
    EXPECT_EQ(to_code(WEFT_CANCELLED), Code::cancelled);
}

TEST(Values, ASinkAppendsToWhatIsThere) {
    Bytes out{1};
    {
        GrowingSink sink(out);
        for (int i = 0; i < 1000; ++i) {
            ASSERT_EQ(write_to(sink.c(), as_bytes("abc")), WEFT_OK);
        }
    }
    EXPECT_EQ(out.size(), 3001u);
    EXPECT_EQ(out[0], 1);
    EXPECT_EQ(as_text(out).substr(2998), "abc");
}

TEST(Values, ASinkThatNobodyWroteToLeavesItsOwnerAlone) {
    std::string out = "kept";
    {
        GrowingSink sink(out);
        ASSERT_EQ(write_to(sink.c(), {}), WEFT_OK);
    }
    EXPECT_EQ(out, "kept");
}

TEST(Values, ASinkRefusesWhatNoMemoryHolds) {
    Bytes out{1, 2};
    {
        GrowingSink sink(out);
        EXPECT_EQ(sink.c()->grow(sink.c(), ~std::size_t{0} / 2), WEFT_NOMEM);
    }
    EXPECT_EQ(out, (Bytes{1, 2}));
}

TEST(Values, AnArrayDestroysWhatItHolds) {
    const auto counted = std::make_shared<int>(0);
    for (const std::size_t size : {std::size_t{3}, std::size_t{30}}) {
        SmallArray<std::shared_ptr<int>, 8> array(size);
        for (std::size_t i = 0; i < size; ++i) {
            array[i] = counted;
        }
        EXPECT_EQ(counted.use_count(), static_cast<long>(size) + 1);
    }
    EXPECT_EQ(counted.use_count(), 1);
}

Code code_of(void (*call)()) {
    return guarded(
        [&] {
            call();
            return Code::ok;
        },
        [](Code code, std::string_view) { return code; });
}

TEST(Guard, EveryExceptionBecomesACode) {
    EXPECT_EQ(code_of([] {}), Code::ok);
    EXPECT_EQ(code_of([] { throw std::bad_alloc(); }), Code::no_memory);
    EXPECT_EQ(code_of([] { throw std::runtime_error("x"); }), Code::internal);
    EXPECT_EQ(code_of([] { throw 5; }), Code::internal);
}

}  // namespace
}  // namespace weft::detail
