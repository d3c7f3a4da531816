// Which sets of features are an SMMUv3: every refusal, and the set beside it that is accepted.
// Arm IHI 0070 G.b, 2.3 to 2.9, 6.3.1 to 6.3.8; names carry the rule of the check list.
#include "smmuv3/core/features.h"

#include <gtest/gtest.h>

#include <string>

namespace smmu::test {
namespace {

using F = core::Features;

std::string why_not(const F& f) {
    const char* why = core::refuse(f);
    return why ? why : "";
}

/// A change that is refused with that sentence, and one that comes close and is not.
struct Row {
    const char* sentence;
    void (*refused)(F&);
    void (*accepted)(F&);
};

void expect_refusals(const F& from, std::initializer_list<Row> rows) {
    EXPECT_EQ(why_not(from), "");
    for (const Row& r : rows) {
        F bad = from, good = from;
        r.refused(bad);
        r.accepted(good);
        EXPECT_EQ(why_not(bad), r.sentence);
        EXPECT_EQ(why_not(good), "") << "beside: " << r.sentence;
    }
}

/// SMMUv3.n with what it makes mandatory, and nothing of later revisions.
F revision(unsigned minor) {
    F f;
    f.minor_revision = minor;
    f.range_invalidation = minor >= 2;
    f.bbml = minor >= 2 ? 1 : 0;
    f.e0pd = f.walks_to_device_are_nc = minor >= 3;
    f.epan = f.no_tag_access = minor >= 4;
    return f;
}

TEST(Features, REG_34_TheFourRevisions) {
    EXPECT_EQ(why_not(F{}), "");
    for (unsigned minor = 1; minor <= 4; ++minor) EXPECT_EQ(why_not(revision(minor)), "") << minor;
    for (const unsigned minor : {0u, 5u, 15u}) {
        F f;
        f.minor_revision = minor;
        EXPECT_EQ(why_not(f), "minor_revision must be 1 to 4 (SMMUv3.1 to SMMUv3.4)");
    }
}

TEST(Features, REG_31_SizesAndStages) {
    expect_refusals(
        F{}, {
                 {"at least one of stage1 and stage2 must be there",
                  [](F& f) { f.stage1 = f.stage2 = f.forced_write_back = false; },
                  [](F& f) { f.stage2 = f.forced_write_back = false; }},
                 {"at least one of stage1 and stage2 must be there",
                  [](F& f) { f.stage1 = f.stage2 = false; }, [](F& f) { f.stage1 = false; }},
                 {"forced_write_back needs stage2", [](F& f) { f.stage2 = false; },
                  [](F& f) { f.stage2 = f.forced_write_back = false; }},
                 {"stream_id_bits must be 0 to 32", [](F& f) { f.stream_id_bits = 33; },
                  [](F& f) { f.stream_id_bits = 32; }},
                 {"stream_id_bits of 7 and above need two_level_stream_table",
                  [](F& f) {
                      f.stream_id_bits = 7;
                      f.two_level_stream_table = false;
                  },
                  [](F& f) {
                      f.stream_id_bits = 6;
                      f.two_level_stream_table = false;
                  }},
                 {"substream_id_bits must be 0 to 20", [](F& f) { f.substream_id_bits = 21; },
                  [](F& f) { f.substream_id_bits = 0; }},
                 {"bbml must be 0 to 2", [](F& f) { f.bbml = 3; }, [](F& f) { f.bbml = 2; }},
                 {"command_queue_log2 and event_queue_log2 must be 0 to 19",
                  [](F& f) { f.command_queue_log2 = 20; }, [](F& f) { f.command_queue_log2 = 0; }},
                 {"command_queue_log2 and event_queue_log2 must be 0 to 19",
                  [](F& f) { f.event_queue_log2 = 20; }, [](F& f) { f.event_queue_log2 = 0; }},
             });
}

TEST(Features, REG_31_OptionalPagesAndQueues) {
    F all;
    all.ats = all.pri = all.atos = all.vatos = all.ecmdq = true;
    constexpr const char* pages = "ecmdq_pages_log2 and ecmdq_queues_log2 must be 0 to 8";
    constexpr const char* vatos = "vatos needs atos, stage1 and stage2";
    constexpr const char* distinct =
        "vatos_page must not be one of the control pages from ecmdq_page on";
    expect_refusals(
        all,
        {{"pri needs ats", [](F& f) { f.ats = false; }, [](F& f) { f.ats = f.pri = false; }},
         {"page_request_queue_log2 must be 0 to 19", [](F& f) { f.page_request_queue_log2 = 20; },
          [](F& f) { f.page_request_queue_log2 = 0; }},
         {vatos, [](F& f) { f.atos = false; }, [](F& f) { f.atos = f.vatos = false; }},
         {"vatos_page must be 0 to 1023", [](F& f) { f.vatos_page = 1024; },
          [](F& f) { f.vatos_page = 1023; }},
         {pages, [](F& f) { f.ecmdq_pages_log2 = 9; }, [](F& f) { f.ecmdq_pages_log2 = 8; }},
         {pages, [](F& f) { f.ecmdq_queues_log2 = 9; }, [](F& f) { f.ecmdq_queues_log2 = 8; }},
         {distinct, [](F& f) { f.vatos_page = 1; }, [](F& f) { f.vatos_page = 2; }},
         {distinct, [](F& f) { f.vatos_page = 4, f.ecmdq_pages_log2 = 2; },
          [](F& f) { f.vatos_page = 5, f.ecmdq_pages_log2 = 2; }}});
}

TEST(Features, RegistersEndWithTheLastPageThatIsThere) {
    F f;
    EXPECT_EQ(f.register_bytes(), 0x2'0000u);
    f.ecmdq = true;
    f.ecmdq_page = 1;
    f.ecmdq_pages_log2 = 1;
    EXPECT_EQ(f.register_bytes(), 0x5'0000u);
    f.atos = f.vatos = true;
    f.vatos_page = 0x2F9;
    EXPECT_EQ(f.register_bytes(), 0x2FC'0000u);
}

TEST(Features, REG_33_AddressesAndGranules) {
    for (const unsigned bits : {32u, 36u, 40u, 42u, 44u, 48u, 52u}) {
        F f;
        f.output_address_bits = bits;
        EXPECT_EQ(why_not(f), "");
    }
    for (const unsigned bits : {0u, 31u, 33u, 46u, 50u, 56u, 64u}) {
        F f;
        f.output_address_bits = bits;
        EXPECT_EQ(why_not(f), "output_address_bits must be 32, 36, 40, 42, 44, 48 or 52");
    }
    F wide = revision(4);
    wide.output_address_bits = wide.virtual_address_bits = 52;
    wide.lpa2 = true;
    expect_refusals(
        wide,
        {
            {"virtual_address_bits must be 48 or 52", [](F& f) { f.virtual_address_bits = 56; },
             [](F&) {}},
            {"at least one of granule_4k, granule_16k and granule_64k must be there",
             [](F& f) { f.granule_4k = f.granule_16k = f.granule_64k = false; },
             [](F& f) { f.granule_4k = f.granule_64k = false; }},
            {"lpa2 needs granule_4k or granule_16k",
             [](F& f) { f.granule_4k = f.granule_16k = false; },
             [](F& f) {
                 f.granule_4k = f.granule_16k = f.lpa2 = false;  // 64KB alone holds 52 bits
             }},
            {"lpa2 needs virtual_address_bits of 52", [](F& f) { f.virtual_address_bits = 48; },
             [](F& f) {
                 f.virtual_address_bits = 48;
                 f.lpa2 = false;
             }},
            {"virtual_address_bits of 52 need granule_64k or lpa2",
             [](F& f) { f.granule_64k = f.lpa2 = false; }, [](F& f) { f.granule_64k = false; }},
            {"output_address_bits of 52 need granule_64k or lpa2",
             [](F& f) {
                 f.granule_64k = f.lpa2 = false;
                 f.virtual_address_bits = 48;
             },
             [](F& f) {
                 f.granule_64k = f.lpa2 = false;
                 f.virtual_address_bits = f.output_address_bits = 48;
             }},
        });
}

TEST(Features, REG_32_REG_34_WhatARevisionMakesMandatory) {
    for (unsigned minor = 2; minor <= 4; ++minor)
        expect_refusals(revision(minor),
                        {
                            {"minor_revision 2 and above need range_invalidation",
                             [](F& f) { f.range_invalidation = false; }, [](F&) {}},
                            {"minor_revision 2 and above need bbml 1 or 2",
                             [](F& f) { f.bbml = 0; }, [](F& f) { f.bbml = 2; }},
                            {"minor_revision 2 and above need forced_write_back (with stage2)",
                             [](F& f) { f.forced_write_back = false; },
                             [](F& f) { f.stage2 = f.forced_write_back = false; }},
                            {"minor_revision 2 and above need el2 (with stage1 and stage2)",
                             [](F& f) { f.el2 = false; }, [](F& f) { f.el2 = f.stage1 = false; }},
                        });
    for (unsigned minor = 3; minor <= 4; ++minor)
        expect_refusals(
            revision(minor),
            {
                {"minor_revision 3 and above need e0pd", [](F& f) { f.e0pd = false; }, [](F&) {}},
                {"minor_revision 3 and above need walks_to_device_are_nc (with stage2)",
                 [](F& f) { f.walks_to_device_are_nc = false; },
                 [](F& f) { f.walks_to_device_are_nc = f.stage2 = f.forced_write_back = false; }},
            });
    expect_refusals(revision(4),
                    {
                        {"minor_revision 4 needs epan", [](F& f) { f.epan = false; }, [](F&) {}},
                        {"minor_revision 4 needs no_tag_access (with stage2)",
                         [](F& f) { f.no_tag_access = false; },
                         [](F& f) { f.no_tag_access = f.stage2 = f.forced_write_back = false; }},
                    });
    // None of it below.
    expect_refusals(revision(1), {{"bbml must be 0 to 2", [](F& f) { f.bbml = 3; },
                                   [](F& f) { f.el2 = f.forced_write_back = false; }}});
}

TEST(Features, REG_34_EcmdqsAndRecordsOfAtsErrorsAreOfV3_3) {
    constexpr const char* from_v3_2 =
        "ecmdq, and record_ats_errors with ats, need minor_revision 2 or above";
    F f = revision(1);
    expect_refusals(
        f, {{from_v3_2, [](F& x) { x.ecmdq = true; }, [](F& x) { x.record_ats_errors = true; }},
            {from_v3_2, [](F& x) { x.ats = true; },
             [](F& x) { x.ats = true, x.record_ats_errors = false; }}});
}

TEST(Features, REG_34_NothingOfTheRevisionAfterTheNext) {
    constexpr const char* v33 = "e0pd and walks_to_device_are_nc need minor_revision 2 or above";
    constexpr const char* v34 = "epan, no_tag_access and lpa2 need minor_revision 3 or above";
    const auto lpa2 = [](F& f) {
        f.lpa2 = true;
        f.virtual_address_bits = 52;
    };
    const auto v32 = [](F& f) {  // of the next one all are allowed
        f.range_invalidation = f.small_tables = true;
        f.bbml = 2;
    };
    expect_refusals(revision(1), {
                                     {v33, [](F& f) { f.e0pd = true; }, v32},
                                     {v33, [](F& f) { f.walks_to_device_are_nc = true; }, v32},
                                     {v34, [](F& f) { f.epan = true; }, v32},
                                     {v34, [](F& f) { f.no_tag_access = true; }, v32},
                                     {v34, lpa2, v32},
                                 });
    const auto next = [](F& f) { f.e0pd = f.walks_to_device_are_nc = true; };
    expect_refusals(revision(2), {
                                     {v34, [](F& f) { f.epan = true; }, next},
                                     {v34, [](F& f) { f.no_tag_access = true; }, next},
                                     {v34, lpa2, next},
                                 });
    F f = revision(3);
    f.epan = f.no_tag_access = true;
    lpa2(f);
    EXPECT_EQ(why_not(f), "");
}

// "Flags of one stage count only where that stage is there."
TEST(Features, REG_30_FlagsOfAnAbsentStageDoNotCount) {
    F f = revision(1);
    f.stage2 = f.forced_write_back = false;
    f.walks_to_device_are_nc = f.no_tag_access = f.el2 = f.vmid_wildcard = true;
    EXPECT_EQ(why_not(f), "");
    EXPECT_EQ(core::idr3(f).raw(), 0x4u);          // HAD
    EXPECT_EQ(core::idr0(f).raw(), 0x0848'301Au);  // neither Hyp nor VMW
}

}  // namespace
}  // namespace smmu::test
