"""The HTTP status of each domain error; the nearest class in its ancestry counts."""

from bilet_booking.domain import errors

PROBLEMS: dict[type[Exception], int] = {
    errors.NotFound: 404,
    errors.NotEligible: 409,
    errors.Conflict: 409,
    errors.RegionForbidden: 403,
    errors.TextOutOfBounds: 422,
    errors.FileUnreadable: 422,
}
