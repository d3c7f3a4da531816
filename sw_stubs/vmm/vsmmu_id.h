// What a guest's SMMU says it can do: the fields of the host's that a VMM may rely on
// (driver/hw_info.h), and what the VMM emulates itself.  Arm IHI 0070 G.b, 6.3.1 to 6.3.8.
#pragma once
#include "sw_stubs/driver/hw_info.h"

namespace smmu::sw::vmm {

/// log2 of the largest queues: a write of CMDQ_PROD is never more work than this many commands.
constexpr uint8_t guest_command_queue_log2 = 10;
constexpr uint8_t guest_event_queue_log2 = 10;
constexpr uint8_t guest_page_request_queue_log2 = 10;

/// What the VMM has for this guest beside a stage 1.
struct GuestAbilities {
    bool ats = false;     ///< a device of the guest has it
    bool pri = false;     ///< the same; needs ATS
    bool msi = false;     ///< messages can be delivered
    uint16_t stalls = 0;  ///< how many stalled accesses can wait at the guest
};

/// Stage 1 alone, coherent.
constexpr IdRegisters guest_id_registers(const IdRegisters& host, const GuestAbilities& has) {
    using namespace arch;
    IdRegisters guest{};
    for (unsigned i = 0; i < 6; ++i) guest.idr[i] = host.idr[i] & usable_id_bits.idr[i];

    auto idr0 = Idr0{{{guest.idr[0]}}};
    idr0.set(Idr0::S1P, true).set(Idr0::COHACC, true);
    idr0.set(Idr0::ATS, has.ats).set(Idr0::PRI, has.pri).set(Idr0::MSI, has.msi);
    auto idr1 = Idr1{{{guest.idr[1]}}};
    idr1.set(Idr1::CMDQS, guest_command_queue_log2).set(Idr1::EVENTQS, guest_event_queue_log2);
    auto idr3 = Idr3{{{guest.idr[3]}}};
    if (has.pri) {
        idr1.set(Idr1::PRIQS, guest_page_request_queue_log2);
        // The host's answers have the PASID of their request.
        idr3.set(Idr3::PPS, idr1[Idr1::SSIDSIZE] != 0);
    }
    // An address of the guest is at most as long as the host's: stage 2 takes in as many bits.
    auto idr5 = Idr5{{{guest.idr[5]}}};
    idr5.set(Idr5::OAS, Idr5{{{host.idr[5]}}}[Idr5::OAS]);
    constexpr uint8_t terminate_only = 1;
    if (idr0[Idr0::STALL_MODEL] != terminate_only) idr5.set(Idr5::STALL_MAX, has.stalls);

    guest.idr[0] = idr0.raw();
    guest.idr[1] = idr1.raw();
    guest.idr[3] = idr3.raw();
    guest.idr[5] = idr5.raw();
    guest.aidr = Aidr{}.set(Aidr::ArchMinorRev, 1).raw();  // its features may be of the next minor
    return guest;
}

}  // namespace smmu::sw::vmm
