// What the host of the demonstration asks its guest to do, one job after the other (Hypercall::NextJob), and where the
// guest keeps things.  `frame` is where the guest finds the registers of a DMA engine frame, an IPA.
#pragma once
#include <stdint.h>

namespace smmu::sw::guest {

enum class Job : uint64_t {
    SetUp = 1,   ///< Coherency, salt (makes its data differ from another guest's, up to 0xFFFF),
                 ///< Signals: bring the SMMU up, build stage 1; returns SetUp
    Attach = 2,  ///< StreamID, 1 if its device may use ATS: put that stage 1 behind it; returns 1
                 ///< if the SMMU followed
    CopyPages = 3,  ///< frame: copy `copied_pages`; returns Outcome, number of wrong words
    CopyWord = 4,   ///< frame: copy a 64-bit word within a page; returns Outcome, 1 if it is right
    UnmapWord = 5,  ///< take that page out of stage 1; returns 1 if the SMMU forgot it
    ReadDirtyLine =
        6,  ///< frame, Snoop, old, new word: what does a device read?; returns Outcome, the word
    TakeEvent = 7,  ///< wait for the SMMU's next event; returns 1 and how many interrupts came, the
                    ///< record is at the start of `result_page`
    Touch = 8,      ///< IPA: read there; does not return when that is not the guest's
    MapWord = 9,    ///< put the page of UnmapWord back; returns 1
    AnswerPages =
        14,  ///< Absent: what becomes of pages that devices ask for from now on; returns how many
             ///< they asked for, the last request is at the start of `result_page`
    SyncByMessage = 15,  ///< a CMD_SYNC that interrupts by a message; returns 1 if that came

    // --- What a hostile guest tries

    /// frame, IPA: copy from and to there by way of stage 1, which is put right again; returns Outcome
    ReachBeyond = 10,
    /// frame, StreamID, VMID, table: an STE with that stage 2, a copy, the right STE again; returns
    /// Outcome
    ClaimStage2 = 11,
    /// StreamID, VMID: every command that names what is another's; returns how many its SMMU found
    /// illegal, and 1 if it did the rest
    ForgetOthers = 12,
    /// seed, steps, frame, StreamID: anything (misbehave.h), after which its SMMU is of no use for the
    /// jobs above; returns how many DMA commands ended well, and how often the host did not refuse a
    /// call or a DMA command did not end
    Misbehave = 13,
};

/// How its SMMU interrupts the guest.
enum class Signals : uint64_t { Wires = 0, Messages = 1 };

/// A page that is not there: no answer but no, or the page of UnmapWord is put back.
enum class Absent : uint64_t { Refused = 0, BroughtIn = 1 };

/// How far SetUp came.
enum class SetUp : uint64_t { Done = 0, NoSmmu = 1, NoReset = 2, NoRoom = 3 };

/// How a copy ended.
enum class Outcome : uint64_t { Done = 0, Failed = 1, NeverEnded = 2 };

/// May the device look into the caches?  PCI's No_snoop.
enum class Snoop : uint64_t { Asked = 0, Declined = 1 };

constexpr uint64_t image_ipa = 0x4000'0000;
constexpr uint64_t image_size = 0x8'0000;

// --- Buffers: pages that are neighbours neither for the guest nor in physical memory, only for its devices ------
constexpr uint64_t copied_pages = 4;

/// Which page of the buffers is what.
constexpr uint64_t first_source = 0;
constexpr uint64_t first_destination = first_source + copied_pages;
constexpr uint64_t word_page = first_destination + copied_pages;
constexpr uint64_t dirty_page = word_page + 1;  ///< mapped Non-cacheable in stage 1
constexpr uint64_t result_page = dirty_page + 1;
constexpr uint64_t buffer_pages = result_page + 1;

constexpr uint64_t buffers_ipa = 0x8000'0000;
constexpr uint64_t buffer_ipa(uint64_t page) { return buffers_ipa + page * 5 % 16 * 0x2000; }

/// RAM that nothing but Misbehave uses.
constexpr uint64_t playground_ipa = 0x9000'0000;
constexpr unsigned playground_log2size = 18;
constexpr uint64_t playground_size = uint64_t{1} << playground_log2size;

// --- The same pages as devices see them --------------------------------------------------------------------------
constexpr uint64_t source_iova = 0x1234'5000'0000;
constexpr uint64_t destination_iova = 0x2345'6000'0000;
constexpr uint64_t word_iova = 0x3456'7000'0000;
constexpr uint64_t dirty_iova = 0x4567'8000'0000;
constexpr uint64_t result_iova = 0x5678'9000'0000;

}  // namespace smmu::sw::guest
