// Lines of the qtest protocol: what they ask for, what is refused.
#include <gtest/gtest.h>

#include "platform/remote/request.h"

namespace smmu::platform::remote {
namespace {

/// The request of a line, of the kind that the test expects.
template <class Kind>
Kind read(const std::string& line) {
    const auto request = read_request(line);
    EXPECT_TRUE(request) << line << ": " << request.refusal();
    const Kind* const kind = request ? std::get_if<Kind>(&*request) : nullptr;
    EXPECT_TRUE(kind) << line;
    return kind ? *kind : Kind{};
}

std::string refusal(const std::string& line) {
    const auto request = read_request(line);
    EXPECT_FALSE(request) << line;
    return request.refusal();
}

TEST(Request, SizesComeFromTheLastLetter) {
    constexpr struct {
        char letter;
        unsigned size;
    } sizes[] = {{'b', 1}, {'w', 2}, {'l', 4}, {'q', 8}};
    for (const auto& s : sizes) {
        EXPECT_EQ(read<ReadValue>(std::string("read") + s.letter + " 0x10").size, s.size);
        EXPECT_EQ(read<WriteValue>(std::string("write") + s.letter + " 0x10 1").size, s.size);
    }
    EXPECT_EQ(read<ReadPort>("inw 0x10").size, 2u);
    read<WritePort>("outl 0x10 0");
    read<AskEndianness>("endianness");
}

TEST(Request, NumbersAreThoseOfC) {
    EXPECT_EQ(read<ReadValue>("readb 255").address, 255u);
    EXPECT_EQ(read<ReadValue>("readb 0xff").address, 255u);
    EXPECT_EQ(read<ReadValue>("readb 0XFF").address, 255u);
    EXPECT_EQ(read<ReadValue>("readb 0377").address, 255u);
    EXPECT_EQ(read<ReadValue>("readb 0").address, 0u);
    EXPECT_EQ(read<ReadValue>("readb 0xffffffffffffffff").address, ~uint64_t{0});
    EXPECT_EQ(read<WriteValue>("writeb 0 -1").value, ~uint64_t{0});
    for (const char* bad : {"", "x", "0x", "12z", "08", "0x1.5", "--1", "18446744073709551616"})
        EXPECT_EQ(refusal(std::string("writel 0 ") + (*bad ? bad : "-")),
                  std::string("VALUE is not a number: ") + (*bad ? bad : "-"));
}

TEST(Request, BlanksAndACarriageReturnDoNotMatter) {
    EXPECT_EQ(read<ReadValue>("  readl   0x10 \r").address, 0x10u);
}

TEST(Request, DataIsCutToBytesAndFilledUpWithZeros) {
    EXPECT_EQ(read<WriteBytes>("write 0x10 4 0x0102").bytes, (Bytes{1, 2, 0, 0}));
    EXPECT_EQ(read<WriteBytes>("b64write 0x10 4 AQI=").bytes, (Bytes{1, 2, 0, 0}));
    EXPECT_EQ(read<WriteBytes>("memset 0x10 3 0x1ff").bytes, (Bytes{0xFF, 0xFF, 0xFF}));
    EXPECT_EQ(read<WriteBytes>("memset 0x10 0 1").bytes, Bytes{});
    EXPECT_EQ(read<WriteBytes>("write 0x10 0 0x").bytes, Bytes{});
}

TEST(Request, ReadsSayHowTheirBytesAreWritten) {
    EXPECT_EQ(read<ReadBytes>("read 0x10 3").encoding, Encoding::Hex);
    EXPECT_EQ(read<ReadBytes>("b64read 0x10 3").encoding, Encoding::Base64);
    EXPECT_EQ(read<ReadBytes>("read 0x10 16777216").size, max_bytes);
}

TEST(Request, ClocksAndInterrupts) {
    EXPECT_EQ(read<StepClock>("clock_step").ns, std::nullopt);
    EXPECT_EQ(read<StepClock>("clock_step 100").ns, 100u);
    EXPECT_EQ(read<SetClock>("clock_set 0x100").ns, 256u);
    EXPECT_EQ(read<InterceptIrqs>("irq_intercept_in gic").pins, Pins::In);
    EXPECT_EQ(read<InterceptIrqs>("irq_intercept_out smmu sysbus-irq").pins, Pins::Out);
    const auto set = read<SetIrqIn>("set_irq_in /machine/gic unnamed-gpio-in 5 -1");
    EXPECT_EQ(set.device, "/machine/gic");
    EXPECT_EQ(set.number, 5u);
    EXPECT_TRUE(set.level);
    EXPECT_FALSE(read<SetIrqIn>("set_irq_in gic unnamed-gpio-in 5 0").level);
}

TEST(Request, WhatIsWrongIsSaid) {
    const std::string most = "SIZE is at most 16777216 bytes in one request";
    const std::string end = "ADDR and SIZE run over the end of the address space";
    const std::string hex = "DATA is not 0x and two hexadecimal digits a byte";
    const struct {
        const char* line;
        std::string sentence;
    } cases[] = {
        {"", "the line is empty"},
        {"   ", "the line is empty"},
        {"frob 1 2", "unknown command 'frob'"},
        {"READL 0", "unknown command 'READL'"},
        {"endianness now", "endianness takes no words"},
        {"readl", "readl takes ADDR"},
        {"readl 0 0", "readl takes ADDR"},
        {"readl zero", "ADDR is not a number: zero"},
        {"readl -4", "ADDR is not a number: -4"},
        {"readl 0xfffffffffffffffd", end},
        {"writel 0", "writel takes ADDR VALUE"},
        {"read 0", "read takes ADDR SIZE"},
        {"read 0 0", "SIZE must not be 0"},
        {"b64read 0 0", "SIZE must not be 0"},
        {"read 0 16777217", most},
        {"read 0 0xffffffffffffffff", most},
        {"read 0xffffffffffffffff 2", end},
        {"read 0 -1", "SIZE is not a number: -1"},
        {"memset 0 0x10000000000 0", most},
        {"memset 0 1", "memset takes ADDR SIZE VALUE"},
        {"memset 0 1 x", "VALUE is not a number: x"},
        {"write 0 2", "write takes ADDR SIZE DATA"},
        {"write 0 2 0102", hex},
        {"write 0 2 0x010", hex},
        {"write 0 2 0x01zz", hex},
        {"write 0 1 0x0102", "DATA has more bytes than SIZE says"},
        {"b64write 0 2 A", "DATA is not base64"},
        {"b64write 0 1 AQI=", "DATA has more bytes than SIZE says"},
        {"clock_step x", "NS is not a number: x"},
        {"clock_step -5", "NS is not a number: -5"},
        {"clock_set", "clock_set takes NS"},
        {"clock_set 99999999999999999999", "NS is not a number: 99999999999999999999"},
        {"irq_intercept_in", "irq_intercept_in takes DEVICE"},
        {"irq_intercept_in gic x",
         "only unnamed inputs and the outputs sysbus-irq can be intercepted"},
        {"irq_intercept_out smmu x",
         "only unnamed inputs and the outputs sysbus-irq can be intercepted"},
        {"set_irq_in gic 5 1", "set_irq_in takes DEVICE NAME NUM LEVEL"},
        {"set_irq_in gic other 5 1", "NAME is unnamed-gpio-in: there are no other inputs"},
        {"set_irq_in gic unnamed-gpio-in five 1", "NUM is not a number: five"},
        {"set_irq_in gic unnamed-gpio-in 5 high", "LEVEL is not a number: high"},
        {"inb", "inb takes ADDR"},
        {"outb 1 x", "VALUE is not a number: x"},
    };
    for (const auto& c : cases) EXPECT_EQ(refusal(c.line), c.sentence) << c.line;
}

TEST(Request, LongWordsAreNotRepeatedInFull) {
    EXPECT_EQ(refusal(std::string(1000, 'x')).size(),
              std::string("unknown command ''").size() + 64);
}

}  // namespace
}  // namespace smmu::platform::remote
