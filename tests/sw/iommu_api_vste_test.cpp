// A guest's STE: every bit, every configuration, in both forms of the API.
#include <array>

#include "tests/sw/iommu_api_fixture.h"

using namespace smmu;
using namespace smmu::test;
using namespace smmu::sw::iommu_api;

namespace {

/// What w1 may have: [7:0], 27, and in the merged form 29:28.
constexpr bool may_be_set(unsigned word, unsigned bit, Form form) {
    if (word == 0) return bit <= 51 || bit >= 59;
    return bit <= 7 || bit == 27 || (form == Form::Merged && (bit == 28 || bit == 29));
}

struct IommuApiVste : IommuApi, ::testing::WithParamInterface<Form> {
    void SetUp() override {
        api.policy.form = GetParam();
        make_parent();
        if (GetParam() == Form::Merged) {
            ASSERT_EQ(make_viommu(dev, parent, viommu), Errno::None);
        }
    }
    uint32_t base() const { return GetParam() == Form::Merged ? viommu : parent; }
    /// Allocates, and forgets what was made.
    Errno try_ste(uint64_t w0, uint64_t w1) {
        uint32_t id = 0;
        const Errno e = nested(base(), w0, w1, id);
        if (e == Errno::None) {
            kept = api.hwpts.find(id)->vste;
            EXPECT_EQ(destroy(id), Errno::None);
        }
        return e;
    }
    sw::CheckedSte kept{};
};
INSTANTIATE_TEST_SUITE_P(Forms, IommuApiVste, ::testing::Values(Form::Merged, Form::Original),
                         [](const auto& p) {
                             return p.param == Form::Merged ? "Merged" : "Original";
                         });

TEST_P(IommuApiVste, NEST_08_2_01_EveryBitAloneIsAllowedOrEio) {
    for (unsigned word = 0; word < 2; ++word)
        for (unsigned bit = 0; bit < 64; ++bit) {
            if (word == 0 && bit <= 3) continue;  // V and Config: below
            std::array<uint64_t, 2> w = {0x1 | 5 << 1, 0};
            w[word] |= uint64_t{1} << bit;
            const bool eats_2 = word == 1 && bit == 29;
            const bool ok = may_be_set(word, bit, GetParam()) && !eats_2;
            EXPECT_EQ(try_ste(w[0], w[1]), ok ? Errno::None : Errno::Io) << word << "." << bit;
        }
}

TEST_P(IommuApiVste, NEST_08_2_02_EveryAllowedBitAtOnce) {
    const uint64_t w0 = 0xF80F'FFFF'FFFF'FFF1 | 5 << 1;
    EXPECT_EQ(try_ste(w0, 0x0800'00FF), Errno::None);
    EXPECT_EQ(kept.ste.word[0], 0xF80F'FFFF'FFFF'FFFBu);
    EXPECT_EQ(kept.ste.word[1], 0x0800'00FFu);
}

TEST_P(IommuApiVste,
       NEST_08_3_02_NEST_08_3_03_NEST_08_3_04_NEST_08_3_05_ConfigEatsAndVExhaustively) {
    for (unsigned v = 0; v < 2; ++v)
        for (unsigned config = 0; config < 8; ++config)
            for (uint64_t e = 0; e < 4; ++e) {
                const bool config_ok = config == 0 || config == 4 || config == 5;
                const bool eats_ok = GetParam() == Form::Merged ? e < 2 : e == 0;
                const bool ok = v == 0 || (config_ok && eats_ok);
                const Errno got = try_ste(config << 1 | v, e << 28);
                EXPECT_EQ(got, ok ? Errno::None : Errno::Io)
                    << "V " << v << " Config " << config << " EATS " << e;
                if (got != Errno::None) continue;
                EXPECT_EQ(kept.ste.word[0], v == 0 ? 0 : config << 1 | 1);
                EXPECT_EQ(kept.ste.word[1], 0u) << "EATS is not kept";
                const bool ats = v == 1 && config == 5 && e == 1;
                EXPECT_EQ(kept.ats, ats ? sw::Ats::On : sw::Ats::Off);
            }
}

TEST_P(IommuApiVste, NEST_08_3_01_WithoutVEverythingIsTakenAndForgotten) {
    for (unsigned word = 0; word < 2; ++word)
        for (unsigned bit = 0; bit < 64; ++bit) {
            if (word == 0 && bit == 0) continue;
            std::array<uint64_t, 2> w = {0, 0};
            w[word] |= uint64_t{1} << bit;
            ASSERT_EQ(try_ste(w[0], w[1]), Errno::None) << word << "." << bit;
            EXPECT_EQ(kept.ste.word[0] | kept.ste.word[1], 0u);
        }
    ASSERT_EQ(try_ste(~uint64_t{1}, ~uint64_t{0}), Errno::None);
    EXPECT_EQ(kept.ste.word[0] | kept.ste.word[1], 0u);
    EXPECT_EQ(kept.ats, sw::Ats::Off);
}

TEST_P(IommuApiVste, NEST_08_3_06_WhatTheHardwareReportsIsNotChecked) {
    EXPECT_EQ(try_ste(0x3B, 0), Errno::None) << "S1Fmt 3";
    EXPECT_EQ(try_ste(uint64_t{31} << 59 | 0xB, 0), Errno::None) << "S1CDMax beyond SSIDSIZE";
    EXPECT_EQ(try_ste(0x000F'FFFF'FFFF'FFCB, 0), Errno::None) << "S1ContextPtr beyond OAS";
}

TEST_P(IommuApiVste, NEST_08_4_04_UserDataChecks) {
    const uint64_t at = caller.put(HwptArmSmmuV3{{s1_word0, s1_word1}});
    const HwptAlloc good{48, 0, dev, base(), 0, 0, 2, 16, at, 0, 0};
    HwptAlloc c = good;
    c.data_type = 1;
    EXPECT_EQ(hwpt_alloc(api, c), Errno::Inval);
    for (const uint32_t length : {1u, 8u, 15u, 17u, 24u}) {
        c = good;
        c.data_len = length;
        EXPECT_EQ(hwpt_alloc(api, c), Errno::Inval) << length << ", and not E2BIG";
    }
    c = good;
    c.data_uptr = 0x10;
    EXPECT_EQ(hwpt_alloc(api, c), Errno::Fault);
    c = good;
    c.data_type = 0;
    c.data_len = 0;
    EXPECT_EQ(hwpt_alloc(api, c), Errno::OpNotSupp) << "nested without a guest's STE";
    c = good;
    EXPECT_EQ(hwpt_alloc(api, c), Errno::None);
}

TEST_P(IommuApiVste, NEST_08_4_01_FlagsOfANestedHwpt) {
    uint32_t id = 0;
    for (uint32_t bit = 0; bit < 32; ++bit) {
        if (bit == 2) continue;
        EXPECT_EQ(nested(base(), s1_word0, s1_word1, id, uint32_t{1} << bit), Errno::OpNotSupp)
            << bit;
    }
    EXPECT_EQ(nested(base(), s1_word0, s1_word1, id, 4, 99), Errno::NoEnt) << "the fault queue";
    EXPECT_EQ(destroy(base()), Errno::None) << "what was made before is gone again";
}

TEST_P(IommuApiVste, NEST_08_4_03_ADeviceOfAnotherSmmuIsRefused) {
    DeviceSetup s = setup(9);
    s.instance = &other_smmu;
    const uint32_t device = bind(s);
    uint32_t id = 0;
    EXPECT_EQ(nested(base(), s1_word0, s1_word1, id, 0, 0, device), Errno::Inval);
}

// --- The original form: nested HWPTs stand on their parent, and the gates are at this call.

struct IommuApiOriginal : IommuApi {
    void SetUp() override {
        api.policy.form = Form::Original;
        make_parent();
    }
    uint32_t id = 0;
};

TEST_F(IommuApiOriginal, NEST_08_4_02_CoherenceGate) {
    smmu.facts_.features.fwb = false;
    EXPECT_EQ(nested(parent, s1_word0, s1_word1, id), Errno::OpNotSupp);
    DeviceSetup s = setup(9);
    s.canwbs = true;
    EXPECT_EQ(nested(parent, s1_word0, s1_word1, id, 0, 0, bind(s)), Errno::None);
    smmu.facts_.features.fwb = true;
    EXPECT_EQ(nested(parent, s1_word0, s1_word1, id), Errno::None);
}

TEST_F(IommuApiOriginal, NEST_08_4_05_OrderOfChecks) {
    DeviceSetup s = setup(9);
    s.instance = &other_smmu;
    const uint32_t device = bind(s);
    const uint32_t plain = make_hwpt(0, dev, ioas);
    other_smmu.facts_.features.nesting = false;
    other_smmu.facts_.features.fwb = false;
    const uint64_t at = caller.put(HwptArmSmmuV3{{0x3, 0}});  // Config 1: EIO
    HwptAlloc c{48, 1, device, plain, 0, 0, 1, 16, at, 0, 0};
    EXPECT_EQ(hwpt_alloc(api, c), Errno::OpNotSupp) << "flags";
    c.flags = 8;
    EXPECT_EQ(hwpt_alloc(api, c), Errno::Inval) << "no nest parent";
    c.pt_id = parent;
    EXPECT_EQ(hwpt_alloc(api, c), Errno::OpNotSupp) << "a PASID flag";
    c.flags = 0;
    EXPECT_EQ(hwpt_alloc(api, c), Errno::OpNotSupp) << "no nesting";
    other_smmu.facts_.features.nesting = true;
    EXPECT_EQ(hwpt_alloc(api, c), Errno::OpNotSupp) << "not coherent";
    other_smmu.facts_.features.fwb = true;
    EXPECT_EQ(hwpt_alloc(api, c), Errno::Inval) << "another SMMU";
    c.dev_id = dev;
    EXPECT_EQ(hwpt_alloc(api, c), Errno::Inval) << "data type";
    c.data_type = 2;
    EXPECT_EQ(hwpt_alloc(api, c), Errno::Io) << "the STE";
    caller.put(HwptArmSmmuV3{{s1_word0, s1_word1}});
    EXPECT_EQ(hwpt_alloc(api, c), Errno::None);
}

TEST_F(IommuApiOriginal, NEST_08_4_07_ATableMadeForAnAddressSpaceIsNoParent) {
    uint32_t pt = ioas;
    ASSERT_EQ(sw::iommu_api::attach(api, dev, pt), Errno::None);
    EXPECT_EQ(nested(pt, s1_word0, s1_word1, id), Errno::Inval);
}

TEST_F(IommuApiOriginal, NEST_08_4_07_ANestedHwptIsNoParent) {
    ASSERT_EQ(nested(parent, s1_word0, s1_word1, id), Errno::None);
    uint32_t second = 0;
    EXPECT_EQ(nested(id, s1_word0, s1_word1, second), Errno::Inval);
}

TEST_F(IommuApiOriginal, NEST_08_4_06_NotBuiltInIsEopnotsupp) {
    api.policy.arm_nesting = false;
    EXPECT_EQ(nested(parent, s1_word0, s1_word1, id), Errno::OpNotSupp);
}

TEST_F(IommuApiOriginal, NEST_08_4_08_ExhaustionIsEnomem) {
    while (nested(parent, s1_word0, s1_word1, id) == Errno::None) {
    }
    EXPECT_EQ(nested(parent, s1_word0, s1_word1, id), Errno::NoMem);
    EXPECT_EQ(nested(parent, 0x3, 0, id), Errno::Io) << "the STE is looked at first";
}

TEST_F(IommuApiOriginal, NEST_08_5_04_AtsIsAlwaysOff) {
    DeviceSetup s = setup(9);
    s.rc_ats = true;
    s.pci = &pci;
    const uint32_t device = bind(s);
    ASSERT_EQ(nested(parent, s1_word0, s1_word1, id, 0, 0, device), Errno::None);
    ASSERT_EQ(attach(device, id), Errno::None) << "no vDEVICE exists in this form";
    EXPECT_FALSE(pci.on);
    EXPECT_EQ(ste(9)[arch::Ste::EATS], 0);
    EXPECT_EQ(destroy(parent), Errno::Busy) << "the nested one refers to it";
}

TEST_F(IommuApiOriginal, ThereIsNoViommuInThisForm) {
    EXPECT_EQ(make_viommu(dev, parent, viommu), Errno::OpNotSupp);
}

}  // namespace
