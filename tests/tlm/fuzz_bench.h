// A bench on which everything that software and devices can say is said at random: a source of
// random numbers, random transactions, and the proof that a reset repairs all of it.
#pragma once
#include <random>

#include "tests/model/smmu_bench.h"
#include "tests/tlm/fuzz_masters.h"
#include "tests/tlm/transaction.h"

namespace smmu::test {

/// The same numbers with every library: the distributions of <random> differ between them.
class Random {
public:
    explicit Random(uint64_t seed) : engine_(seed) {}
    uint64_t bits() { return engine_(); }
    uint64_t below(uint64_t n) { return engine_() % n; }
    bool one_in(unsigned n) { return below(n) == 0; }
    template <class T, size_t N>
    const T& of(const T (&choices)[N]) {
        return choices[below(N)];
    }
    /// A record as it was, with some of its bits turned over, or all of them at random.
    template <class R>
    R spoil(R record) {
        if (one_in(3)) {
            for (uint64_t& word : record.word) word = bits();
            return record;
        }
        for (uint64_t n = below(6); n > 0; --n)
            record.word[below(R::words)] ^= uint64_t{1} << below(64);
        return record;
    }

private:
    std::mt19937_64 engine_;
};

/// Records of stalls, updates of descriptors, MSIs.
struct RareThings final : Probe {
    unsigned stalls = 0, updates = 0, messages = 0, lost_messages = 0;
    void event(const Event& e) override { stalls += e.event[arch::Event::Stall]; }
    void fetch(const Fetch& f) override {
        const bool is_table = f.access.purpose == core::Purpose::Stage1Table ||
                              f.access.purpose == core::Purpose::Stage2Table;
        updates += f.write && is_table && !f.aborted;
        if (f.access.purpose == core::Purpose::Msi) ++(f.aborted ? lost_messages : messages);
    }
};

/// Nested stream 5 with four pages of data, bypass stream 6.  With HTTU nobody has used the pages
/// yet; where all faults stall, they do.
struct FuzzBench : NestedBench {
    static constexpr uint32_t answer = 0x600D'DA7A;
    static constexpr uint64_t level1 = 0x8000;  ///< of a two-level Stream table with the same STEs
    static constexpr unsigned most_stalled = 4;
    const core::Features features;
    Random random;
    Masters masters{most_stalled};
    unsigned cases = 0;
    unsigned responses[2] = {0, 0};  ///< accesses that ended OK, and the others
    RareThings seen;

    explicit FuzzBench(uint64_t seed, const Params& params = {})
        : NestedBench(params), features(params.features), random(seed) {
        const bool updates = features.httu == 2, stalls = features.must_stall();
        for (unsigned n = 0; n < 4; ++n) {
            map_page(n, updates ? unused_page() : stage1_page);
            ram.put(data_page(n), answer + n);
        }
        ram.put(cd, make_cd(stage1, asid)
                        .set(arch::Cd::HA, updates)
                        .set(arch::Cd::HD, updates)
                        .set(arch::Cd::S, stalls));
        put_ste(stream, with_stage2(stage1_ste(cd + map::guest), stage2, vmid)
                            .set(arch::Ste::S2HA, updates)
                            .set(arch::Ste::S2HD, updates)
                            .set(arch::Ste::S2S, stalls));
        put_ste(6, bypass_ste());
        ram.put(level1, arch::L1Std{}
                            .set(arch::L1Std::L2Ptr, map::stream_table)
                            .set(arch::L1Std::Span, 7));  // 64 streams
        clean_.assign(ram.data(), ram.data() + ram.size());
        smmu.attach(seen);
    }

    StreamIn random_identity() {
        const uint32_t streams[] = {stream, 6, static_cast<uint32_t>(random.below(256)),
                                    static_cast<uint32_t>(random.bits())};
        StreamIn in = of_stream(random.one_in(3) ? random.of(streams) : stream);
        in.privileged = random.one_in(2);
        in.instruction = random.one_in(4);
        in.no_snoop = random.one_in(4);
        in.substream_valid = random.one_in(40);  // without substreams in the STE: an error
        in.substream.value = static_cast<uint32_t>(random.below(1u << 20));
        if (random.one_in(40)) in.sec_sid = arch::SecSid::Secure;
        if (random.one_in(40)) in.address_type = AddressType::TranslationRequest;
        if (random.one_in(3)) in.attributes = random_attributes();
        return in;
    }
    uint64_t random_address() {
        const uint64_t near = va + random.below(4 * arch::page_bytes);
        const uint64_t far[] = {near ^ uint64_t{1} << random.below(64), random.below(ram.size()),
                                random.bits()};
        return random.one_in(3) ? random.of(far) : near;
    }

    /// One device access of any shape, by a thread of its own where it may have to wait.
    void access() {
        if (!features.can_stall()) {
            const auto deltas = sc_core::sc_delta_count();
            any_access();
            if (!ram.waits) {
                EXPECT_EQ(sc_core::sc_delta_count(), deltas) << "it waited";
            }
            return;
        }
        if (masters.busy() == most_stalled) end_stalls();
        EXPECT_TRUE(masters.begin([this] { any_access(); }));
        for (int i = 0; i < 4; ++i)
            sc_core::wait(sc_core::SC_ZERO_TIME);  // now it waits or is done
    }
    /// The last resort of a driver: without translation nothing stalls (6.3.9.6).
    void end_stalls() {
        for (int i = 0; i < 1000 && masters.busy() != 0; ++i) {
            write(arch::Cr0{});
            sc_core::wait(ns);
        }
        EXPECT_EQ(masters.busy(), 0u) << "a stalled access does not end";
    }

    /// Whatever it meets, it gets one of four responses; the DMI request and the debug access to the
    /// same place only look.
    void any_access() {
        ++cases;
        constexpr tlm::tlm_command commands[] = {tlm::TLM_READ_COMMAND, tlm::TLM_WRITE_COMMAND,
                                                 tlm::TLM_READ_COMMAND, tlm::TLM_IGNORE_COMMAND};
        const auto length = 1 + static_cast<unsigned>(random.below(random.one_in(8) ? 12288 : 64));
        std::vector<unsigned char> data(length), looked(length), enables(5);
        Transaction t(random_identity(), random.of(commands), random_address(), data.data(),
                      length);
        const bool is_plain = t.payload.is_read() && random.one_in(2);
        if (!is_plain && random.one_in(4)) {
            for (unsigned char& e : enables) e = random.one_in(2) ? 0xFF : 0;
            t.payload.set_byte_enable_ptr(enables.data());
            t.payload.set_byte_enable_length(1 + static_cast<unsigned>(random.below(5)));
        }
        if (!is_plain && random.one_in(4))
            t.payload.set_streaming_width(1 + static_cast<unsigned>(random.below(length)));

        tlm::tlm_dmi dmi;
        EXPECT_FALSE(device.out->get_direct_mem_ptr(t.payload, dmi));
        unsigned moved = 0;
        if (is_plain) {
            t.payload.set_data_ptr(looked.data());
            moved = device.out->transport_dbg(t.payload);
            t.payload.set_data_ptr(data.data());
        }
        const tlm::tlm_response_status response = t.send(device);
        EXPECT_TRUE(response == tlm::TLM_OK_RESPONSE ||
                    response == tlm::TLM_ADDRESS_ERROR_RESPONSE ||
                    response == tlm::TLM_COMMAND_ERROR_RESPONSE ||
                    response == tlm::TLM_GENERIC_ERROR_RESPONSE)
            << response;
        ++responses[response == tlm::TLM_OK_RESPONSE ? 0 : 1];
        // What a debugger could read the device reads too; time that passes may change it.
        if (is_plain && moved == length && !ram.waits && ram.knows_atomics) {
            EXPECT_EQ(response, tlm::TLM_OK_RESPONSE);
            EXPECT_EQ(data, looked);
        }
    }

    /// Waits for less than so many nanoseconds; for none, one delta cycle.
    void pause(uint64_t limit) { sc_core::wait(static_cast<double>(random.below(limit)) * ns); }
    void pulse_reset() {
        reset_n = false;
        sc_core::wait(ns);
        reset_n = true;
        sc_core::wait(ns);
    }

    /// Memory as software first wrote it, a reset, a bring-up: now a device must get its data.
    void expect_that_a_reset_repairs_everything() {
        ram.on_access = nullptr;
        ram.waits = false;
        ram.knows_atomics = true;
        ram.repair();
        sc_core::wait(10000 * ns);
        pulse_reset();
        EXPECT_EQ(masters.busy(), 0u) << "a reset ends all stalls";
        std::memcpy(ram.data(), clean_.data(), clean_.size());
        events_log2 = 2;
        commands_log2 = 3;
        start();
        for (unsigned n = 0; n < 4; ++n) {
            uint32_t data = 0;
            EXPECT_TRUE(device.read(of_stream(stream), va + n * arch::page_bytes, data).ok());
            EXPECT_EQ(data, answer + n);
        }
        expect_a_fault_at(va + 9 * arch::page_bytes);
        run(arch::Command{}.set(arch::Command::Op, arch::Opcode::TLBI_NSNH_ALL));
    }
    void expect_a_fault_at(uint64_t address) {
        tlm::tlm_response_status response = tlm::TLM_INCOMPLETE_RESPONSE;
        masters.begin([&] {
            uint32_t data = 0;
            response = device.read(of_stream(stream), address, data).response;
        });
        const auto event = next_event();
        ASSERT_TRUE(event);
        EXPECT_EQ((*event)[arch::Event::InputAddr], address);
        EXPECT_EQ((*event)[arch::Event::Stall], features.must_stall());
        if (features.must_stall()) run(resume(*event, false, true));
        sc_core::wait(ns);
        EXPECT_EQ(response, tlm::TLM_ADDRESS_ERROR_RESPONSE);
    }
    static arch::Resume resume(const arch::Event& e, bool retry, bool abort) {
        using arch::Resume;
        return arch::command<Resume>(arch::Opcode::RESUME)
            .set(Resume::StreamID, e[arch::Event::StreamID])
            .set(Resume::STAG, e[arch::Event::STAG])
            .set(Resume::Ac, retry)
            .set(Resume::Ab, abort);
    }

    void restore(uint64_t address, uint64_t bytes) {
        std::memcpy(ram.data() + address, &clean_[address], bytes);
    }

private:
    static constexpr uint64_t unused_page() {
        using L = arch::Stage1Leaf;
        return L{{stage1_page}}.set(L::AF, false).set(L::DBM, true).set(L::AP, 0b11).word[0];
    }
    arch::MemoryAttributes random_attributes() {
        if (random.one_in(3)) return arch::device(static_cast<arch::MemoryType>(random.below(4)));
        constexpr arch::Shareability shareabilities[] = {
            arch::Shareability::NonShareable, arch::Shareability::Outer, arch::Shareability::Inner};
        return arch::normal(random.one_in(2) ? arch::write_back : arch::non_cacheable,
                            random.one_in(2) ? arch::write_back : arch::non_cacheable,
                            random.of(shareabilities));
    }

    std::vector<uint8_t> clean_;
};

}  // namespace smmu::test
