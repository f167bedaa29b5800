"""`bilet-esia-standin`: run the stand-in, where that is allowed."""

import sys

import typer
import uvicorn
from pydantic import ValidationError

from bilet_esia_standin.app import create_app
from bilet_esia_standin.settings import StandinSettings

app = typer.Typer(add_completion=False, help="Стенд ЕСИА: вход родителя без настоящих Госуслуг.")


@app.command()
def run() -> None:
    """Запустить стенд. Работает только при BILET_ENVIRONMENT=local или test."""
    try:
        settings = StandinSettings()
        application = create_app(settings)
    except ValidationError as error:
        for item in error.errors(include_input=False):
            typer.echo(f"Стенд ЕСИА не запущен: {_variable(str(item['loc'][0]))}: {item['msg']}", err=True)
        sys.exit(2)
    except ValueError:
        typer.echo("Стенд ЕСИА не запущен: ключ или сертификат не читается (нужен PEM, RSA)", err=True)
        sys.exit(2)
    uvicorn.run(application, host=settings.http_host, port=settings.http_port, access_log=False)


def _variable(place: str) -> str:
    """Name the environment variable that a setting is read from."""
    return place if place.startswith("BILET_") else f"BILET_ESIA_STANDIN_{place.upper()}"
