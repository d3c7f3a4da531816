// Two guests on one host: equal layouts, StreamIDs and ASIDs, a device each.
#pragma once
#include "sw_stubs/demos/host/guest_vm.h"
#include "sw_stubs/demos/host/pci_device.h"

namespace smmu::sw::demo {

/// One of the guests, and what of the machine is its own.
struct Tenant : GuestVm {
    const Engine* engine = nullptr;
    PciDevice pci{};      ///< its configuration space, which is the host's
    unsigned number = 0;  ///< 0: A, 1: B
    arch::Ste entry{};    ///< the STE of its device as the SMMU reads it, once it is set up
    unsigned faults = 0;  ///< of its device, that it should have heard of by now
};

/// A's SMMU interrupts it by messages at the doorbell of its interrupt controller, B's by wires.
constexpr guest::Signals signals_of(unsigned guest) {
    return guest == 0 ? guest::Signals::Messages : guest::Signals::Wires;
}

struct Pair : Host {
    Tenant guest[2];
};

// --- Where the guests' memory really is ------------------------------------------------------------
constexpr uint64_t image_pa(unsigned guest) { return 0x5000'0000 + guest * 0x10'0000; }
constexpr uint64_t playground_pa(unsigned guest) { return 0x5400'0000 + guest * 0x10'0000; }
/// Pages of both guests' buffers in turn, two pages of the host behind each.
constexpr uint64_t buffer_pa(unsigned guest, uint64_t page) {
    return 0x5800'0000 + ((page * 7 + 3) % 16 * 2 + guest) * 0x3000;
}

/// Can devices of this machine ask for pages?  With stalls there is no ATS (5.2, EATS).
inline bool can_ask(const Host& host, const Engine& engine) {
    const Features& f = host.smmu.features();
    return f.ats && f.pri && !f.stall_forced && engine.ats && engine.pri;
}

/// The STE of a stream in memory, found as the SMMU finds it.
arch::Ste live_entry(const Host& host, arch::StreamId stream);
inline bool same(const arch::Ste& a, const arch::Ste& b) {
    for (unsigned i = 0; i < arch::Ste::words; ++i)
        if (a.word[i] != b.word[i]) return false;
    return true;
}
/// The context descriptor that a nested STE of a guest leads to.
arch::Cd live_context(const Tenant& guest);

/// What no guest may change: the host's pages between those of the guests, and the playground of B.
void mark_memory();
/// How many of these words have changed.
uint64_t changed_words();

/// Copies pages and a word in a guest that means well; every word is right.
bool copies_are_right(Report& report, Tenant& guest);

// --- The sections; false: what follows makes no sense ----------------------------------------------
bool start_guests(Report& report, Pair& pair);
void share_the_smmu(Report& report, Pair& pair);
void ask_for_pages(Report& report, Pair& pair);
void attack(Report& report, Pair& pair);
void let_one_loose(Report& report, Pair& pair);
void stop_one(Report& report, Pair& pair);

}  // namespace smmu::sw::demo
