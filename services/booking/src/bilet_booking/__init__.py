"""Booking: seasons, sites, try-outs and their slots, pupils' bookings, attendance and mentors' recommendations."""
