// Memory that does not take a memory type answers with an error, and the SMMU takes that as an
// external abort of that access.  Arm IHI 0070 G.b, 13.1.2.
#include "tests/model/smmu_bench.h"

namespace smmu::test {
namespace {

using namespace arch;

constexpr uint64_t doorbell = 0xA0'0000;

/// Memory refuses write-back accesses to one place; elsewhere, and of other types, it takes them.
struct SmmuMemoryTypes : SimTest, NestedBench {
    static bool is_write_back(const tlm::tlm_generic_payload& p) {
        const auto* stream = p.get_extension<StreamExtension>();
        return stream != nullptr && stream->out.attributes.type == MemoryType::Normal &&
               stream->out.attributes.outer.policy() == write_back.policy();
    }
    void refuse_write_back_at(uint64_t place) {
        ram.on_access = [=](tlm::tlm_generic_payload& p) {
            if ((p.get_address() & ~uint64_t{0xFFF}) == place && is_write_back(p))
                ram.fail(place, 0x1000);
            else
                ram.repair();
        };
    }
    void use_cr1(uint32_t cr1) { EXPECT_TRUE(cpu.write(StreamIn{}, Cr1::offset, cr1).ok()); }
    static constexpr uint32_t all_write_back = 0xD75, all_non_cacheable = 0;

    std::optional<Event> event_of_a_read() {
        uint32_t data = 0;
        EXPECT_FALSE(device.read(of_stream(stream), va, data).ok());
        return next_event();
    }
    void settle() { sc_core::wait(1000 * ns); }
};

TEST_F(SmmuMemoryTypes, GERR_12_ACommandFetchIsAborted) {
    simulate([&] {
        use_cr1(all_write_back);
        start();
        refuse_write_back_at(map::command_queue);
        push(sync_command());
        ring();
        settle();
        EXPECT_EQ(read<Gerror>().raw(), 1u << 0);
        EXPECT_EQ(read<CmdqCons>()[CmdqCons::ERR], CommandError::Abort);
    });
}

TEST_F(SmmuMemoryTypes, GERR_12_ARecordIsAborted) {
    simulate([&] {
        use_cr1(all_write_back);
        start();
        refuse_write_back_at(map::event_queue);
        EXPECT_FALSE(event_of_a_read());
        EXPECT_EQ(read<Gerror>().raw(), 1u << 2);
    });
}

TEST_F(SmmuMemoryTypes, GERR_12_AMessageIsAborted) {
    simulate([&] {
        start();
        refuse_write_back_at(doorbell);
        push(Command{{{0x0000'0001'0FC0'1046, doorbell}}});  // MSIAttr 0b1111
        push(sync_command());
        ring();
        EXPECT_TRUE(consumed());
        EXPECT_EQ(read<Gerror>().raw(), 1u << 4);
    });
}

TEST_F(SmmuMemoryTypes, GERR_12_StructuresAndTables) {
    map_page(0);
    const Cd cacheable_tables = make_cd(stage1, asid).set(Cd::IR0, 0b01).set(Cd::OR0, 0b01);
    const Ste cacheable_cd = with_stage2(stage1_ste(cd + map::guest), stage2, vmid)
                                 .set(Ste::S1CIR, 0b01)
                                 .set(Ste::S1COR, 0b01);
    simulate([&] {
        ram.put(cd, cacheable_tables);
        put_ste(stream, cacheable_cd);
        use_cr1(all_write_back & ~0x3Fu);  // the Stream table; queues are Non-cacheable
        start();
        const struct {
            uint64_t place;
            unsigned event;
        } rows[] = {{map::stream_table, 0x03},            // F_STE_FETCH
                    {cd, 0x09},                           // F_CD_FETCH
                    {stage1.root() - map::guest, 0x0B}};  // F_WALK_EABT
        for (const auto& r : rows) {
            refuse_write_back_at(r.place);
            const auto event = event_of_a_read();
            ASSERT_TRUE(event);
            EXPECT_EQ(event->word[0] & 0xFF, r.event);
        }
        ram.on_access = nullptr;
        ram.repair();
        uint32_t data = 0;
        EXPECT_TRUE(device.read(of_stream(stream), va, data).ok());
    });
}

// It is the type that is refused, not the place.
TEST_F(SmmuMemoryTypes, GERR_12_OtherTypesAreTaken) {
    map_page(0);
    simulate([&] {
        use_cr1(all_non_cacheable);
        start();
        for (const uint64_t place : {map::command_queue, map::event_queue, map::stream_table, cd}) {
            refuse_write_back_at(place);
            run(command<CfgiSte>(Opcode::CFGI_STE).set(CfgiSte::StreamID, stream));
            uint32_t data = 0;
            EXPECT_TRUE(device.read(of_stream(stream), va, data).ok());
        }
        EXPECT_EQ(read<Gerror>().raw(), 0u);
    });
}

}  // namespace
}  // namespace smmu::test
